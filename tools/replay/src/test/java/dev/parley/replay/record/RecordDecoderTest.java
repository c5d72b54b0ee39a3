package dev.parley.replay.record;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.replay.Records;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

class RecordDecoderTest {
    private final RecordDecoder decoder = new RecordDecoder(false);

    @Test
    void showsPositionKeyAndType() {
        JsonNode line = decoder.decode(Records.golden("ChatRequested.v1"));

        assertThat(line.propertyNames())
                .containsExactly("topic", "partition", "offset", "timestamp", "key", "type", "attributes", "data");
        assertThat(line.path("topic").stringValue()).isEqualTo("chat.requests");
        assertThat(line.path("partition").intValue()).isEqualTo(5);
        assertThat(line.path("offset").longValue()).isEqualTo(81_920);
        assertThat(line.path("timestamp").stringValue()).isEqualTo("2026-11-24T09:30:01.160Z");
        assertThat(line.path("key").stringValue()).startsWith("5b0c0dd4");
        assertThat(line.path("type").stringValue()).isEqualTo("dev.parley.ChatRequested.v1");
    }

    @Test
    void showsHeadersAsAttributesAndTheValueAsJson() {
        JsonNode line = decoder.decode(Records.golden("ChatRequested.v1"));

        assertThat(line.at("/attributes/tenant").stringValue()).isEqualTo("acme");
        assertThat(line.at("/attributes/anthropicbeta").stringValue()).isEmpty();
        assertThat(line.at("/attributes/content-type").stringValue()).isEqualTo("application/json");
        assertThat(line.at("/data/messages/0/content").stringValue()).isEqualTo("What is a commit log?");
    }

    @Test
    void preservesTheDigitsOfNumbers() {
        String value = "{\"cost\":0.000207000,\"big\":123456789012345678901234567890,\"third\":0.33333333333333333333}";

        JsonNode line = decoder.decode(Records.record("chat.turns", "conv_1", value, Map.of("ce_type", "x")));

        assertThat(line.path("data").toString()).isEqualTo(value);
    }

    @Test
    void writesTheAmountsOfEventsWithADecimalAndNothingElse() {
        String turn =
                "{\"cost_usd\":0,\"attempts\":[{\"number\":1,\"cost_usd\":2}],\"request\":{\"cost_usd\":1},\"message\":{\"usd\":1}}";

        assertThat(decoder.decode(Records.record("chat.turns", "k", turn, Map.of()))
                        .path("data")
                        .toString())
                .isEqualTo(
                        "{\"cost_usd\":0.0,\"attempts\":[{\"number\":1,\"cost_usd\":2.0}],\"request\":{\"cost_usd\":1},\"message\":{\"usd\":1}}");
        assertThat(decoder.decode(Records.record("chat.requests", "k", turn, Map.of()))
                        .path("data")
                        .toString())
                .isEqualTo(turn);
    }

    @Test
    void splitsTheFramesOfADeltaIntoEvents() {
        JsonNode line = decoder.decode(Records.golden("delta-last"));

        assertThat(line.path("type").stringValue()).isEqualTo("last");
        assertThat(line.at("/data/events")
                        .valueStream()
                        .map(event -> event.path("event").stringValue()))
                .containsExactly("content_block_delta", "content_block_stop", "message_delta", "message_stop");
        assertThat(line.at("/data/events/0/data/delta/text").stringValue()).isEqualTo("sequence of records.");
    }

    @Test
    void showsTheErrorOfAFailedDeltaAndNullForAHeartbeat() {
        assertThat(decoder.decode(Records.golden("delta-failed"))
                        .at("/data/error/type")
                        .stringValue())
                .isEqualTo("overloaded_error");
        JsonNode heartbeat = decoder.decode(Records.golden("delta-heartbeat"));
        assertThat(heartbeat.path("data").isNull()).isTrue();
        assertThat(heartbeat.has("error")).isFalse();
    }

    @Test
    void showsTheAttemptsOfAHeartbeat() {
        var record = Records.record(
                "chat.deltas",
                "gen_019ab5365fc07a3e9c41d2b7f08e6a15",
                "[{\"number\":1,\"outcome\":\"refused\"}]",
                Map.of("kind", "heartbeat", "attempt", "1", "sequence", "0"));

        assertThat(decoder.decode(record).path("data").toString())
                .isEqualTo("{\"attempts\":[{\"number\":1,\"outcome\":\"refused\"}]}");
    }

    @Test
    void showsEventDataThatIsNotJsonAsText() {
        var record = Records.record(
                "chat.deltas",
                "gen_019ab5365fc07a3e9c41d2b7f08e6a15",
                "event: note\r\ndata: two\r\ndata: lines\r\n\r\ndata:[DONE\n\n",
                Map.of("kind", "frames", "attempt", "1", "sequence", "0", "cache", "miss"));

        assertThat(decoder.decode(record).at("/data/events").toString())
                .isEqualTo("[{\"event\":\"note\",\"data\":\"two\\nlines\"},{\"data\":\"[DONE\"}]");
    }

    @Test
    void showsTheReasonAndOriginOfADeadLetter() {
        JsonNode line = decoder.decode(Records.golden("dead-letter"));

        assertThat(line.path("dead_letter").toString())
                .isEqualTo("{\"reason\":\"not a turn event known here: dev.parley.ChatPostponed.v1\","
                        + "\"topic\":\"chat.turns\",\"partition\":7,\"offset\":4711}");
        assertThat(line.at("/data/until").stringValue()).isEqualTo("2026-11-25T08:00:00Z");
        assertThat(line.path("attributes").propertyNames()).noneMatch(name -> name.startsWith("dead_"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"chat.turns", "chat.requests", "chat.requests.dead", "chat.commands", "elsewhere"})
    void showsAnUndecodableValueInBase64(String topic) {
        byte[] value = {'{', (byte) 0xff, 0};

        JsonNode line = decoder.decode(Records.record(topic, null, value, new RecordHeaders()));

        assertThat(line.path("data").isNull()).isTrue();
        assertThat(line.path("error").stringValue()).startsWith("the value is not JSON");
        assertThat(Base64.getDecoder().decode(line.path("value_base64").asString()))
                .isEqualTo(value);
        assertThat(line.path("key").isNull()).isTrue();
        assertThat(line.path("type").isNull()).isTrue();
    }

    @Test
    void showsAnErrorForEveryMalformedDelta() {
        var complete = Map.of("kind", "frames", "attempt", "1", "sequence", "0", "cache", "miss");
        String key = "gen_019ab5365fc07a3e9c41d2b7f08e6a15";
        var broken = List.of(
                Records.record("chat.deltas", key, "event: x\ndata: {}", complete),
                Records.record("chat.deltas", "conv_1", "", complete),
                Records.record("chat.deltas", key, "", Map.of("kind", "rumour", "attempt", "1", "sequence", "0")),
                Records.record("chat.deltas", key, "", Map.of()),
                Records.record("chat.deltas", key.getBytes(UTF_8), null, new RecordHeaders()),
                Records.record("chat.deltas", null, new byte[] {-1}, new RecordHeaders()));

        assertThat(broken).map(decoder::decode).allSatisfy(line -> {
            assertThat(line.path("error").asString("")).isNotEmpty();
            assertThat(line.path("topic").stringValue()).isEqualTo("chat.deltas");
        });
    }

    @Test
    void showsAnErrorForDeeplyNestedJson() {
        String deep = "[".repeat(100_000);

        JsonNode line = decoder.decode(Records.record("chat.turns", "k", deep, Map.of()));

        assertThat(line.has("error")).isTrue();
    }

    @Test
    void showsBinaryHeadersOnlyOnRequest() {
        var turn = Records.golden("ChatCompleted.v1");

        assertThat(decoder.decode(turn).path("attributes").has("frames")).isFalse();
        assertThat(new RecordDecoder(true).decode(turn).at("/attributes/frames").asString())
                .startsWith("H4sI");
    }

    @Test
    void showsAKeyThatIsNotTextInBase64() {
        JsonNode line = decoder.decode(
                Records.record("elsewhere", new byte[] {-1, 0}, "{}".getBytes(UTF_8), new RecordHeaders()));

        assertThat(line.path("key").isNull()).isTrue();
        assertThat(line.path("key_base64").asString()).isEqualTo("/wA=");
    }

    @Test
    void usesTheLastOfTwoHeadersWithTheSameName() {
        var headers = new RecordHeaders();
        headers.add("ce_model", "first".getBytes(UTF_8)).add("ce_model", "last".getBytes(UTF_8));

        JsonNode line = decoder.decode(Records.record("chat.turns", null, "{}".getBytes(UTF_8), headers));

        assertThat(line.at("/attributes/model").stringValue()).isEqualTo("last");
    }
}
