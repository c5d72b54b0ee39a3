package dev.parley.contracts.reuse;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

class QuestionPolicyTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "Light is scattered by air.                           | end_turn   | text     | true",
                "You are sorry? Then call the shop.                   | end_turn   | text     | true",
                "Light is scattered                                   | max_tokens | text     | false",
                "Light is scattered by air.                           | refusal    | text     | false",
                "Let me look that up.                                 | tool_use   | tool_use | false",
                "I see.                                               | end_turn   | thinking | false",
                "I'm sorry, but I can't help with that.               | end_turn   | text     | false",
                "I apologize for the confusion.                       | end_turn   | text     | false",
                "Unfortunately, I do not have access to your account. | end_turn   | text     | false",
                "I don’t have access to your order.                   | end_turn   | text     | false",
                "As an AI, I have no opinion.                         | end_turn   | text     | false",
            })
    void servesCompleteTextsThatAreNoRefusals(String text, String stopReason, String block, boolean serves) {
        ObjectNode message = JsonMapper.shared().createObjectNode().put("stop_reason", stopReason);
        message.putArray("content").addObject().put("type", block).put("text", text);
        assertThat(QuestionPolicy.servesSimilar(message)).isEqualTo(serves);
        message.withArray("content")
                .insertObject(0)
                .put("type", "thinking")
                .put("thinking", "")
                .put("signature", "s");
        assertThat(QuestionPolicy.servesSimilar(message)).as("after thinking").isEqualTo(serves);
        message.withArray("content")
                .insertObject(0)
                .put("type", "redacted_thinking")
                .put("data", "d");
        assertThat(QuestionPolicy.servesSimilar(message)).as("after thinking").isEqualTo(serves);
    }
}
