package dev.parley.contracts.event;

import static dev.parley.testing.Allocations.allocated;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parley.contracts.event.Turn.ChatCancelled;
import dev.parley.contracts.event.Turn.ChatCompleted;
import dev.parley.contracts.golden.ExampleEvents;
import dev.parley.contracts.json.RawJson;
import dev.parley.testing.Events;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.stream.Stream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.domains.Domain;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.assertj.core.util.Throwables;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

class TurnCodecTest {
    private static final String PROPERTIES =
            "generation conversation tenant user model fingerprint cache_policy cache usage attempts timings"
                    + " received_at ended_at traceparent error";

    @Property(tries = 500)
    @Domain(AnyEvent.class)
    void readsEveryTurnThatItWrites(@ForAll Turn turn) {
        var encoded = TurnCodec.encode(turn);

        assertThat(encoded.key()).isEqualTo(turn.facts().conversation().value());
        assertThat(TurnCodec.decode(encoded.headers(), encoded.value())).isEqualTo(turn);
    }

    /** A tree takes 28 times as many bytes. */
    @Test
    void doesNotParseTheRequestIntoATree() {
        byte[] request = ("{\"messages\":[" + "{\"\":0},".repeat(1_000_000) + "0]}").getBytes(UTF_8);
        TurnFacts facts =
                Events.facts(large -> large.request = RawJson.of(request).orElseThrow());
        ChatCancelled hostile = new ChatCancelled(facts, ExampleEvents.CHAT_CANCELLED.message());
        var encoded = TurnCodec.encode(hostile);

        long before = allocated();
        Turn decoded = TurnCodec.decode(encoded.headers(), encoded.value());

        assertThat(allocated() - before).isLessThan(6L * request.length);
        assertThat(decoded.facts().request().length()).isEqualTo(request.length);
    }

    /** Those that cannot be null. */
    static Stream<String> properties() {
        return Stream.of(PROPERTIES.split(" ", -1));
    }

    static Stream<String> allProperties() {
        return Stream.concat(properties(), Stream.of("request", "message"));
    }

    @ParameterizedTest
    @MethodSource("allProperties")
    void rejectsATurnWithAMissingProperty(String property) {
        var encoded = TurnCodec.encode(ExampleEvents.CHAT_FAILED);
        ObjectNode value = (ObjectNode) TurnCodec.MAPPER.readTree(encoded.value());
        value.remove(property);

        assertThatThrownBy(() -> TurnCodec.decode(encoded.headers(), TurnCodec.MAPPER.writeValueAsBytes(value)))
                .isInstanceOf(MalformedEventException.class)
                .hasMessageContaining(property);
    }

    @ParameterizedTest
    @MethodSource("properties")
    void rejectsATurnWithANullProperty(String property) {
        var encoded = TurnCodec.encode(ExampleEvents.CHAT_FAILED);
        ObjectNode value = (ObjectNode) TurnCodec.MAPPER.readTree(encoded.value());
        value.putNull(property);

        assertThatThrownBy(() -> TurnCodec.decode(encoded.headers(), TurnCodec.MAPPER.writeValueAsBytes(value)))
                .isInstanceOf(MalformedEventException.class);
    }

    @ParameterizedTest
    @CsvSource({
        "/received_at, 1969-12-31T23:59:59.999Z",
        "/received_at, -1000000000-01-01T00:00:00Z",
        "/ended_at, +10000-01-01T00:00:00Z",
        "/ended_at, +1000000000-12-31T23:59:59.999999999Z",
        "/attempts/0/started_at, +1000000000-12-31T23:59:59.999999999Z",
    })
    void rejectsATimeThatIsNotFrom1970To9999(String property, String time) {
        var encoded = TurnCodec.encode(ExampleEvents.CHAT_COMPLETED);
        ObjectNode value = (ObjectNode) TurnCodec.MAPPER.readTree(encoded.value());
        int name = property.lastIndexOf('/');
        ((ObjectNode) value.at(property.substring(0, name))).put(property.substring(name + 1), time);

        assertThatThrownBy(() -> TurnsEvent.decode(encoded.headers(), TurnCodec.MAPPER.writeValueAsBytes(value)))
                .isInstanceOf(MalformedEventException.class)
                .hasMessageContaining("1970");
    }

    @Test
    void rejectsAnAttemptThatIsNull() {
        var encoded = TurnCodec.encode(ExampleEvents.CHAT_COMPLETED);
        ObjectNode value = (ObjectNode) TurnCodec.MAPPER.readTree(encoded.value());
        value.putArray("attempts").addNull();

        assertThatThrownBy(() -> TurnCodec.decode(encoded.headers(), TurnCodec.MAPPER.writeValueAsBytes(value)))
                .isInstanceOf(MalformedEventException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "{", "[]", "null", "42", "\"text\"", "{}", "{} {}", "\u0000", "<html>"})
    void rejectsAValueThatIsNotATurn(String value) {
        var headers = TurnCodec.encode(ExampleEvents.CHAT_COMPLETED).headers();

        assertThatThrownBy(() -> TurnCodec.decode(headers, value.getBytes(UTF_8)))
                .isInstanceOf(MalformedEventException.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"message\": SECRET}",
                "{\"message\": \"SECRET",
                "{\"received_at\": \"SECRET\"}",
                "{\"cache\": \"SECRET\"}",
                "{\"attempts\": [{\"status\": \"SECRET\"}]}",
                "{\"tenant\": \"SECRET\"}",
            })
    void doesNotQuoteAnUnreadableValue(String value) {
        var headers = TurnCodec.encode(ExampleEvents.CHAT_COMPLETED).headers();

        assertThatThrownBy(() -> TurnCodec.decode(headers, value.getBytes(UTF_8)))
                .isInstanceOf(MalformedEventException.class)
                .extracting(Throwables::getStackTrace, InstanceOfAssertFactories.STRING)
                .doesNotContain("SECRET");
    }

    @Test
    void rejectsARecordWithoutAValue() {
        var headers = TurnCodec.encode(ExampleEvents.CHAT_COMPLETED).headers();

        assertThatThrownBy(() -> TurnCodec.decode(headers, null)).isInstanceOf(MalformedEventException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"dev.parley.ChatCompleted.v99", "dev.parley.ChatRequested.v1", "", "?"})
    void rejectsAnUnknownType(String type) {
        var encoded = TurnCodec.encode(ExampleEvents.CHAT_COMPLETED);
        encoded.headers().remove("ce_type").add("ce_type", type.getBytes(UTF_8));

        assertThatThrownBy(() -> TurnCodec.decode(encoded.headers(), encoded.value()))
                .isInstanceOf(MalformedEventException.class)
                .hasMessageContaining(type);
    }

    @Test
    void rejectsARecordWithoutAType() {
        var value = TurnCodec.encode(ExampleEvents.CHAT_COMPLETED).value();

        assertThatThrownBy(() -> TurnCodec.decode(new RecordHeaders(), value))
                .isInstanceOf(MalformedEventException.class)
                .hasMessageContaining("ce_type");
    }

    @Test
    void addsTheFramesOfACompletedTurn() {
        byte[] frames = {31, -117, 8};

        var encoded = TurnCodec.encode(ExampleEvents.CHAT_COMPLETED, frames);

        assertThat(encoded.headers().lastHeader("frames").value()).isEqualTo(frames);
    }

    @Test
    void writesNullForWhatIsUnknown() {
        TurnFacts unknown = Events.facts(facts -> {
            facts.costUsd = Optional.empty();
            facts.attempts = List.of(new Attempt(
                    1,
                    "claude-without-price",
                    Events.NOON,
                    745.5,
                    "completed",
                    200,
                    "req_1",
                    facts.usage,
                    Optional.empty()));
            facts.timings =
                    new StageTimings(1, 2, OptionalDouble.empty(), OptionalDouble.empty(), OptionalDouble.empty(), 3);
        });
        ChatCompleted turn = new ChatCompleted(unknown, ExampleEvents.CHAT_COMPLETED.message());

        var encoded = TurnCodec.encode(turn);

        JsonNode value = TurnCodec.MAPPER.readTree(encoded.value());
        assertThat(List.of("/cost_usd", "/attempts/0/cost_usd", "/timings/queue_ms", "/timings/claude_ms"))
                .allSatisfy(pointer -> assertThat(value.at(pointer).isNull()).isTrue());
        assertThat(TurnCodec.decode(encoded.headers(), encoded.value())).isEqualTo(turn);
    }
}
