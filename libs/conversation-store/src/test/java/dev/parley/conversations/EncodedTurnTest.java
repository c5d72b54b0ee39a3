package dev.parley.conversations;

import static dev.parley.testing.Allocations.allocated;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parley.contracts.event.Turn;
import dev.parley.contracts.event.Turn.ChatCompleted;
import dev.parley.contracts.event.TurnCodec;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import tools.jackson.databind.JsonNode;

class EncodedTurnTest {
    private static final Instant STORED = Instant.parse("2026-11-24T10:00:02.123456Z");
    private static final Instant EXPIRES = Instant.parse("2027-11-24T10:00:00Z");
    private static final int ITEM_BYTES_MAX = 400 * 1024;

    private final SampleTurn sample = new SampleTurn("conv_1", 0);

    @Test
    void keepsASmallTurnInItsHead() {
        EncodedTurn encoded = sample.encoded();
        assertThat(encoded.parts(EXPIRES)).isEmpty();
        assertThat(encoded.head(STORED, EXPIRES))
                .containsEntry("pk", AttributeValue.fromS("acme#conv_1"))
                .containsEntry(
                        "sk",
                        AttributeValue.fromS(
                                "TURN#gen_" + "%012x".formatted(SampleTurn.START.toEpochMilli()) + "0".repeat(20)))
                .containsEntry("type", AttributeValue.fromS("dev.parley.ChatCompleted.v1"))
                .containsEntry("parts", AttributeValue.fromN("0"))
                .containsEntry("stored_at", AttributeValue.fromS("2026-11-24T10:00:02.123456Z"))
                .containsEntry("expires_at", AttributeValue.fromN("1827050400"))
                .containsKeys("generation", "event_bytes", "body")
                .hasSize(9);
    }

    @Test
    void decodesEveryKindOfTurn() {
        for (Turn turn : List.of(sample.completed(), sample.failed(), sample.cancelled())) {
            assertThat(decoded(SampleTurn.encoded(turn))).isEqualTo(SampleTurn.stored(turn, STORED));
            assertThat(decoded(SampleTurn.encoded(turn)).facts().similar()).contains(SampleTurn.SIMILAR);
        }
        assertThat(decoded(SampleTurn.encoded(sample.failed())).error())
                .contains(new Turn.Failure(529, "overloaded_error", "Overloaded"));
    }

    @ParameterizedTest
    @ValueSource(ints = {300_000, 1_200_000, 6_000_000})
    void splitsATurnThatExceedsAnItem(int questionLength) {
        SampleTurn large = sample.asking(incompressible(questionLength));
        EncodedTurn encoded = large.encoded();
        Map<String, AttributeValue> head = encoded.head(STORED, EXPIRES);
        assertThat(Stream.concat(Stream.of(head), encoded.parts(EXPIRES).stream()))
                .allSatisfy(item -> assertThat(bytes(item)).isLessThan(ITEM_BYTES_MAX))
                .hasSize(questionLength < 400_000 ? 1 : encoded.pieces().size() + 1);
        assertThat(decoded(encoded)).isEqualTo(SampleTurn.stored(large.completed(), STORED));
    }

    /** The event and the message, a time each. The tree of such an input of a tool takes 30 times as much. */
    @Test
    void readsAnAnswerOfManyValuesInTheMemoryOfItsBytes() {
        String input = "{\"points\":[" + "{},".repeat(300_000) + "{}]}";
        JsonNode message = TurnCodec.MAPPER.readTree(
                "{\"role\":\"assistant\",\"content\":[{\"type\":\"tool_use\",\"input\":" + input + "}]}");
        EncodedTurn encoded =
                SampleTurn.encoded(new ChatCompleted(sample.completed().facts(), message));
        assertThat(decoded(encoded).generation()).isEqualTo(sample.generation());

        long before = allocated();
        decoded(encoded);
        assertThat(allocated() - before).isLessThan(3 * encoded.eventBytes());
    }

    @Test
    void rejectsIncompletePieces() {
        EncodedTurn encoded = sample.asking(incompressible(1_000_000)).encoded();
        Map<String, AttributeValue> head = encoded.head(STORED, EXPIRES);
        List<SdkBytes> lacking = encoded.pieces().subList(0, encoded.pieces().size() - 1);
        assertThatThrownBy(() -> EncodedTurn.decode(head, lacking)).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void writesJsonWithThePropertyNamesOfTheTurnEvent() {
        StoredTurn stored = SampleTurn.stored(sample.completed(), STORED);
        assertThat(new String(TurnCodec.MAPPER.writeValueAsBytes(stored), StandardCharsets.UTF_8))
                .contains("\"type\":\"completed\"", "\"cost_usd\":0.00125", "\"cache\":\"miss\"")
                .contains("\"received_at\":\"2026-11-24T10:00:00Z\"", "\"stored_at\":\"2026-11-24T10:00:02.123456Z\"")
                .contains("\"claude_first_token_ms\":450.2", "\"request_id\":\"req_1\"", "\"input_tokens\":10")
                .doesNotContain("error");
        assertThat(TurnCodec.MAPPER
                        .readTree(TurnCodec.MAPPER.writeValueAsBytes(SampleTurn.stored(sample.failed(), STORED)))
                        .at("/error/type")
                        .stringValue())
                .isEqualTo("overloaded_error");
    }

    @Test
    void doesNotWriteWhatIsInternal() {
        StoredTurn stored = SampleTurn.stored(sample.failed(), STORED);
        assertThat(TurnCodec.MAPPER.valueToTree(stored).propertyNames())
                .containsExactlyInAnyOrder(
                        "type",
                        "generation",
                        "user",
                        "model",
                        "escalates",
                        "request",
                        "usage",
                        "cost_usd",
                        "cache",
                        "similar",
                        "attempts",
                        "timings",
                        "received_at",
                        "ended_at",
                        "message",
                        "error",
                        "stored_at");
    }

    private static StoredTurn decoded(EncodedTurn encoded) {
        return EncodedTurn.decode(encoded.head(STORED, EXPIRES), encoded.pieces());
    }

    /** The size by the rule of DynamoDB: the lengths of names and values. */
    private static int bytes(Map<String, AttributeValue> item) {
        return item.entrySet().stream()
                .mapToInt(attribute -> attribute.getKey().length()
                        + switch (attribute.getValue().type()) {
                            case S -> attribute.getValue().s().length();
                            case N -> 21;
                            case B -> requireNonNull(attribute.getValue().b()).asByteArrayUnsafe().length;
                            default -> throw new AssertionError("unexpected " + attribute);
                        })
                .sum();
    }

    static String incompressible(int length) {
        Random random = new Random(7);
        byte[] bytes = new byte[length * 3 / 4];
        random.nextBytes(bytes);
        return Base64.getEncoder().encodeToString(bytes);
    }
}
