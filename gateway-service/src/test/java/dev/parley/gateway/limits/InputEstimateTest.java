package dev.parley.gateway.limits;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.json.JsonMapper;

class InputEstimateTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "1000    | {'messages':[{'role':'user','content':'hi'}]} | 1000",
                "1001    | {'messages':[]} | 1001",
                "1000    | {'thread':{'type':'new'}} | 1000",
                "1000    | {'thread':{'type':'continue','previous_message_id':'msg_1'}} | 1000000",
                "9000000 | {'messages':[]} | 1000000",
                "1000    | {'messages':[{'content':[{'type':'image','source':{'type':'base64','data':'01234567'}}]}]} | 5996",
                "1000    | {'messages':[{'content':[{'type':'image','source':{'type':'url','url':'u'}}]}]} | 6000",
                "1000    | {'messages':[{'content':[{'type':'document','source':{'type':'file','file_id':'f'}}]}]} | 1000000",
                "1000    | {'messages':[{'content':[{'type':'document','source':{'type':'url','url':'u'}}]}]} | 1000000",
                "1000    | {'messages':[{'content':[{'type':'tool_result','content':[{'type':'document','source':{'type':'url','url':'u'}}]}]}]} | 1000000",
                "1000    | {'messages':[{'content':[{'type':'document','source':{'type':'base64','data':'01234567'}}]}]} | 1000",
                "1000    | {'messages':[{'content':[{'type':'document','source':{'type':'base64','media_type':'application/pdf','data':'01234567'}}]}]} | 51000",
                "1000    | {'messages':[{'content':[{'type':'tool_result','content':[{'type':'image','source':{'type':'url'}}]}]}]} | 6000",
                "1000    | {'messages':[{'content':[{'type':'web_fetch_tool_result','content':{'type':'web_fetch_result','content':{'type':'document','source':{'type':'base64','media_type':'application/pdf','data':'01234567'}}}}]}]} | 51000",
                "1000    | {'messages':[{'content':[{'type':'document','source':{'type':'content','content':[{'type':'image','source':{'type':'url'}}]}}]}]} | 6000",
                // Text that looks like an image.
                "1000    | {'messages':[{'content':[{'type':'tool_use','input':{'type':'image','source':{'data':'01234567'}}}]}]} | 1000",
                "1000    | {'messages':[{'content':[{'type':'tool_use','input':{'content':[{'type':'image','source':{'data':'01234567'}}]}}]}]} | 1000",
                "1000    | {'messages':[{'content':[{'type':'server_tool_use','input':{'a':[{'type':'image','source':{'data':'01234567'}}]}}]}]} | 1000",
                "1000    | {'messages':[{'content':[{'type':'mcp_tool_use','input':{'type':'image','source':{'data':'01234567'}}}]}]} | 1000",
                "1000    | {'messages':[{'content':[{'type':'tool_use','content':[{'type':'image','source':{'data':'01234567'}}]}]}]} | 1000",
                "1000    | {'messages':[{'content':[{'type':'text','text':'t','x':{'type':'image','source':{'data':'01234567'}}}]}]} | 1000",
                "1000    | {'messages':[{'type':'image','source':{'data':'01234567'}}]} | 1000",
                "1000    | {'messages':[],'tools':[{'input_schema':{'type':'image','source':{'data':'01234567'}}}],'metadata':{'type':'image','source':{'data':'01234567'}}} | 1000",
            })
    void countsBytesAndAttachments(int bytes, String request, long expected) {
        assertThat(InputEstimate.tokens(bytes, JsonMapper.shared().readTree(request.replace('\'', '"'))))
                .isEqualTo(expected);
    }

    /** A retry may not charge a whole context for each call that Claude has not answered. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{'messages':[{'content':[{'type':'document','source':{'type':'url','url':'u'}}]}]} | 51000",
                "{'messages':[{'content':[{'type':'document','source':{'type':'file','file_id':'f'}}]}]} | 51000",
                "{'messages':[{'content':[{'type':'image','source':{'type':'url','url':'u'}}]}]} | 6000",
            })
    void usuallyADocumentOutsideTheRequestFillsNoContext(String request, long expected) {
        assertThat(InputEstimate.usualTokens(1000, JsonMapper.shared().readTree(request.replace('\'', '"'))))
                .isEqualTo(expected);
    }
}
