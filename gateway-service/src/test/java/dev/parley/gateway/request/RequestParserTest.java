package dev.parley.gateway.request;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.gateway.request.ClientRequest.Accepted;
import dev.parley.gateway.request.ClientRequest.Rejected;
import java.nio.ByteBuffer;
import java.nio.charset.Charset;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.json.JsonMapper;

class RequestParserTest {
    private static final String BODY = "{\"model\":\"m\",\"max_tokens\":1,\"messages\":[{}]}";

    private final RequestParser parser = new RequestParser(JsonMapper.shared(), new RequestSettings(35, Set.of()));

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
            {"model":"m","max_tokens":0}                                        | answers are streamed
            {"model":"m","max_tokens":-1}                                       | greater than or equal to 1
            {"model":"m","max_tokens":1.5}                                      | max_tokens: Input should be
            {"model":"m","max_tokens":"1"}                                      | max_tokens: Input should be
            {"model":"m","max_tokens":1}                                        | messages: Field required
            {"model":"m","max_tokens":1,"messages":[]}                          | messages: at least one
            {"model":"m","max_tokens":1,"messages":"hi"}                        | messages: at least one
            {"model":"m","max_tokens":1,"messages":[],"thread":{"type":"create"}} | messages: at least one
            {"model":"m","max_tokens":1,"messages":"","thread":{"previous_message_id":"msg_1"}} | messages: at least one
            {"model":"m","max_tokens":1,"messages":[{}],"stream":"yes"}         | stream: Input should be
            {"model":"m","max_tokens":1,"messages":[{}],"x":1e99999999999}      | out of the range of a double
            {"model":"m","max_tokens":1,"messages":[{}],"x":-1e999}             | out of the range of a double
            {"model":"m","max_tokens":1,"messages":[{}],"x":[1e-99999999999]}   | out of the range of a double
            {"model":"m","max_tokens":1,"messages":[{}],"x":1e-9999}            | out of the range of a double
            {"model":"a\\u0000b"}                                               | model: Input should be
            {"model":"a\\nb"}                                                   | model: Input should be
            {"model":"a\\u0085b"}                                               | model: Input should be
            {"model":"m","max_tokens":1,"messages":[{}],"metadata":{"user_id":"a\\rb"}} | metadata.user_id: Input should
            {"model":"m","model":"n","max_tokens":1,"messages":[{}]}            | a name twice in one object
            {"model":"m","max_tokens":1,"messages":[{"role":"user","r\\u006fle":"system"}]} | a name twice in one object
            {"model":"m","max_tokens":1,"messages":[{}],"x":[{"":1,"":1}]}      | a name twice in one object
            {"model":"m\\ud800"}                                                | surrogate pair (byte 11)
            {"model":"m","max_tokens":1,"messages":[{"content":"\\udc00\\ud800"}]} | surrogate pair (byte 52)
            """)
    void rejectsInvalidValuesOfFieldsThatParleyUses(String body, String reason) {
        assertRejected(body.getBytes(UTF_8), reason);
    }

    @Test
    void acceptsUsersOfSessionsAndTeams() {
        // Claude Code sends JSON of up to 512 characters.
        assertThat(parser.parse(from("é".repeat(512)))).isInstanceOf(Accepted.class);
        assertRejected(from("é".repeat(513)), "metadata.user_id: Input should have at most 1024 bytes");
    }

    private static byte[] from(String user) {
        return BODY.replace("}]}", "}],\"metadata\":{\"user_id\":\"%s\"}}".formatted(user))
                .getBytes(UTF_8);
    }

    @Test
    void rejectsAnIntegerOutOfTheRangeOfADouble() {
        assertRejected(withInteger("9".repeat(400)), "out of the range of a double");
        assertRejected(withInteger("-" + "9".repeat(400)), "out of the range of a double");
        assertThat(parser.parse(withInteger("9".repeat(300)))).isInstanceOf(Accepted.class);
    }

    private static byte[] withInteger(String number) {
        return BODY.replace("}]}", "}],\"x\":[%s]}".formatted(number)).getBytes(UTF_8);
    }

    @Test
    void refusesParametersByASetting() {
        RequestParser strict =
                new RequestParser(JsonMapper.shared(), new RequestSettings(35, Set.of("container", "thread")));
        String stateful = BODY.replace("}]}", "}],\"container\":{\"id\":\"container_1\"}}");
        assertThat(strict.parse(stateful.getBytes(UTF_8)))
                .isInstanceOfSatisfying(
                        Rejected.class,
                        rejected -> assertThat(rejected.error().message())
                                .isEqualTo("container: This parameter is not permitted here"));
        assertThat(parser.parse(stateful.getBytes(UTF_8))).isInstanceOf(Accepted.class);
        assertThat(strict.parse(BODY.replace("}]}", "}],\"thread\":null}").getBytes(UTF_8)))
                .isInstanceOf(Accepted.class);
    }

    /** Also with a byte order mark: the gateway and Claude might decode such a body differently. */
    @ParameterizedTest
    @ValueSource(strings = {"UTF-16", "UTF-16LE", "UTF-16BE", "UTF-32LE", "UTF-32BE", "X-UTF-32LE-BOM"})
    void rejectsOtherEncodingsThanUtf8(String charset) {
        assertRejected(BODY.getBytes(Charset.forName(charset)), "must be UTF-8");
    }

    @Test
    void rejectsAByteOrderMark() {
        assertRejected(("\uFEFF" + BODY).getBytes(UTF_8), "without a byte order mark");
    }

    @ParameterizedTest
    @ValueSource(strings = {"c080", "c1bf", "e08080", "f0808080", "eda080edb080", "f4908080", "80", "ff", "e282"})
    void rejectsInvalidUtf8(String hex) {
        byte[] odd = HexFormat.of().parseHex(hex);
        for (String around : List.of("{\"model\":\"|\"}", "{\"|\":1}", BODY + "|")) {
            int at = around.indexOf('|');
            byte[] begin = around.substring(0, at).getBytes(UTF_8);
            byte[] end = around.substring(at + 1).getBytes(UTF_8);
            assertRejected(
                    ByteBuffer.allocate(begin.length + odd.length + end.length)
                            .put(begin)
                            .put(odd)
                            .put(end)
                            .array(),
                    "must be UTF-8");
        }
    }

    /** As the SDKs send it to resume a paused thread. */
    @Test
    void acceptsNoMessagesForAThreadThatContinues() {
        byte[] body = """
                {"model":"m","max_tokens":1,"messages":[],"thread":{"type":"continue","previous_message_id":"msg_1"}}\
                """.getBytes(UTF_8);
        assertThat(parser.parse(body)).isInstanceOf(Accepted.class);
    }

    @Test
    void acceptsTheMaximumNumberOfMessages() {
        assertThat(parser.parse(messages(100_000))).isInstanceOf(Accepted.class);
        assertRejected(messages(100_001), "messages: List should have at most 100000 items");
    }

    private static byte[] messages(int count) {
        return BODY.replace("{}", "{}" + ",{}".repeat(count - 1)).getBytes(UTF_8);
    }

    @Test
    void rejectsTooManyJsonTokens() {
        String many = "[0" + ",0".repeat(1_000_000) + "]";
        assertRejected(BODY.replace("{}", many).getBytes(UTF_8), "more than 1000000 values and brackets");
    }

    @Test
    void rejectsLongNames() {
        assertRejected(
                BODY.replace("{}", "{\"" + "x".repeat(10_001) + "\":0}").getBytes(UTF_8), "names of more than 10000");
    }

    /** 100,000 names with equal hash codes take about 100 ms; a map that scans collisions would take minutes. */
    @Test
    @Timeout(value = 30, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void parsesCollidingNamesInLinearTime() {
        String members = IntStream.range(0, 100_000)
                .mapToObj(number -> "\"" + colliding(number) + "\":0")
                .collect(joining(",", "{", "}"));
        assertThat(parser.parse(BODY.replace("{}", members).getBytes(UTF_8))).isInstanceOf(Accepted.class);
    }

    /** A different text for each number, all with the same hash code. */
    private static String colliding(int number) {
        return IntStream.range(0, 17)
                .mapToObj(bit -> (number >> bit & 1) == 0 ? "Aa" : "BB")
                .collect(joining());
    }

    private void assertRejected(byte[] body, String reason) {
        assertThat(parser.parse(body)).isInstanceOfSatisfying(Rejected.class, rejected -> {
            assertThat(rejected.error().status()).isEqualTo(400);
            assertThat(rejected.error().type()).isEqualTo("invalid_request_error");
            assertThat(rejected.error().message()).contains(reason);
        });
    }

    @ParameterizedTest
    @CsvSource({"479, true", "480, false"})
    void acceptsNestingThatATurnCanContain(int nested, boolean accepted) {
        String body = "{\"model\":\"m\",\"max_tokens\":1,\"messages\":[{}],\"x\":" + "[".repeat(nested)
                + "]".repeat(nested) + "}";
        assertThat(parser.parse(body.getBytes(UTF_8)) instanceof Accepted).isEqualTo(accepted);
    }

    @Test
    void preservesTheNotationOfNumbers() {
        String numbers = "[0.1,1.0,123456789012345678901234567890.5,1E-300]";
        String body = "{\"stream\":false,\"model\":\"m\",\"max_tokens\":1,\"messages\":[{}],\"x\":" + numbers + "}";
        assertThat(parser.parse(body.getBytes(UTF_8)))
                .isInstanceOfSatisfying(
                        Accepted.class,
                        accepted -> assertThat(new String(accepted.upstream(), UTF_8))
                                .contains(numbers));
    }

    @Test
    void forwardsAStreamingRequestByteForByte() {
        byte[] body = """
                { "stream" : true, "model":"m",  "max_tokens":1, "messages":[{}], "parameter_of_tomorrow": 7 }""".getBytes(UTF_8);
        assertThat(parser.parse(body)).isInstanceOfSatisfying(Accepted.class, accepted -> {
            assertThat(accepted.streaming()).isTrue();
            assertThat(accepted.upstream()).isSameAs(body);
        });
    }

    @Test
    void requestsAStreamForANonStreamingClient() {
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
