package dev.parley.gateway.request;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.gateway.request.ClientRequest.Accepted;
import dev.parley.gateway.request.ClientRequest.Rejected;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.json.JsonMapper;

class RequestParserTest {
    private final RequestParser parser = new RequestParser(JsonMapper.shared());

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            nonsense                                                            | not valid JSON
            {"model":"m"                                                        | not valid JSON
            ``                                                                  | JSON object
            []                                                                  | JSON object
            {}                                                                  | model: Field required
            {"model":7}                                                         | model: Input should be
            {"model":" "}                                                       | model: Input should be
            {"model":"m"}                                                       | max_tokens: Field required
            {"model":"m","max_tokens":0}                                        | max_tokens: Input should be
            {"model":"m","max_tokens":1.5}                                      | max_tokens: Input should be
            {"model":"m","max_tokens":1}                                        | messages: Field required
            {"model":"m","max_tokens":1,"messages":[]}                          | messages: at least one
            {"model":"m","max_tokens":1,"messages":"hi"}                        | messages: at least one
            {"model":"m","max_tokens":1,"messages":[{}],"stream":"yes"}         | stream: Input should be
            {"model":"m","max_tokens":1,"messages":[{}],"x":1e99999999999}      | out of the range of a double
            {"model":"m","max_tokens":1,"messages":[{}],"x":-1e999}             | out of the range of a double
            {"model":"m","max_tokens":1,"messages":[{}],"x":[1e-99999999999]}   | out of the range of a double
            {"model":"m","max_tokens":1,"messages":[{}],"x":1e-9999}            | out of the range of a double
            """)
    void rejectsWhatParleyItselfCannotWorkWith(String body, String reason) {
        assertThat(parser.parse(body.getBytes(UTF_8))).isInstanceOfSatisfying(Rejected.class, rejected -> {
            assertThat(rejected.error().status()).isEqualTo(400);
            assertThat(rejected.error().type()).isEqualTo("invalid_request_error");
            assertThat(rejected.error().message()).contains(reason);
        });
    }

    @ParameterizedTest
    @CsvSource({"479, true", "480, false"})
    void takesWhatTheTurnCanHoldTheRequestIn(int nested, boolean taken) {
        String body = "{\"model\":\"m\",\"max_tokens\":1,\"messages\":[{}],\"x\":" + "[".repeat(nested)
                + "]".repeat(nested) + "}";
        assertThat(parser.parse(body.getBytes(UTF_8)) instanceof Accepted).isEqualTo(taken);
    }

    @Test
    void keepsNumbersAsTheyWereWritten() {
        String numbers = "[0.1,1.0,123456789012345678901234567890.5,1E-300]";
        String body = "{\"stream\":false,\"model\":\"m\",\"max_tokens\":1,\"messages\":[{}],\"x\":" + numbers + "}";
        assertThat(parser.parse(body.getBytes(UTF_8)))
                .isInstanceOfSatisfying(
                        Accepted.class,
                        accepted -> assertThat(new String(accepted.upstream(), UTF_8))
                                .contains(numbers));
    }

    @Test
    void sendsAStreamingRequestOnByteForByte() {
        byte[] body = """
                { "stream" : true, "model":"m",  "max_tokens":1, "messages":[{}], "parameter_of_tomorrow": 7 }""".getBytes(UTF_8);
        assertThat(parser.parse(body)).isInstanceOfSatisfying(Accepted.class, accepted -> {
            assertThat(accepted.streaming()).isTrue();
            assertThat(accepted.upstream()).isSameAs(body);
        });
    }

    @Test
    void asksForAStreamOnBehalfOfAClientThatWantsNone() {
        byte[] body = """
                {"model":"m","max_tokens":1,"messages":[{}],"metadata":{"user_id":"u"}}""".getBytes(UTF_8);
        assertThat(parser.parse(body)).isInstanceOfSatisfying(Accepted.class, accepted -> {
            assertThat(accepted.streaming()).isFalse();
            assertThat(accepted.user()).isEqualTo("u");
            assertThat(JsonMapper.shared()
                            .readTree(accepted.upstream())
                            .path("stream")
                            .booleanValue())
                    .isTrue();
        });
    }
}
