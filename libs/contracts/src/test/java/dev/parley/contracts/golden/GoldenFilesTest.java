package dev.parley.contracts.golden;

import static java.util.Map.entry;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import dev.parley.contracts.delta.DeltaCodec;
import dev.parley.contracts.event.AnswerDelivered;
import dev.parley.contracts.event.CommandCodec;
import dev.parley.contracts.event.RequestCodec;
import dev.parley.contracts.event.TurnCodec;
import dev.parley.contracts.event.TurnsEvent;
import dev.parley.contracts.json.RawJson;
import dev.parley.contracts.key.KeyChanged;
import dev.parley.contracts.key.KeyCodec;
import dev.parley.contracts.published.PublishedCodec;
import dev.parley.contracts.trial.TrialCodec;
import dev.parley.testing.GoldenFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class GoldenFilesTest {
    private static final Map<String, Object> EVENTS = Map.ofEntries(
            entry("ChatRequested.v1", ExampleEvents.CHAT_REQUESTED),
            entry("ChatCompleted.v1", ExampleEvents.CHAT_COMPLETED),
            entry("ChatFailed.v1", ExampleEvents.CHAT_FAILED),
            entry("ChatCancelled.v1", ExampleEvents.CHAT_CANCELLED),
            entry("ConversationRenamed.v1", ExampleEvents.CONVERSATION_RENAMED),
            entry("ConversationDeleted.v1", ExampleEvents.CONVERSATION_DELETED),
            entry("AnswerRated.v1", ExampleEvents.ANSWER_RATED),
            entry("AnswerEvicted.v1", ExampleEvents.ANSWER_EVICTED),
            entry("CancelRequested.v1", ExampleEvents.CANCEL_REQUESTED),
            entry("ReadingStopped.v1", ExampleEvents.READING_STOPPED),
            entry("ReadingResumed.v1", ExampleEvents.READING_RESUMED),
            entry("KeyIssued.v1", ExampleEvents.KEY_ISSUED),
            entry("KeyRevoked.v1", ExampleEvents.KEY_REVOKED),
            entry("KeyChanged.v1", ExampleEvents.KEY_CHANGED),
            entry("AnswerPublished.v1", ExampleEvents.ANSWER_PUBLISHED),
            entry("AnswerWithdrawn.v1", ExampleEvents.ANSWER_WITHDRAWN),
            entry("AnswerDelivered.v1", ExampleEvents.ANSWER_DELIVERED),
            entry("TrialStarted.v1", ExampleEvents.TRIAL_STARTED),
            entry("TrialCompleted.v1", ExampleEvents.TRIAL_COMPLETED),
            entry("TrialFailed.v1", ExampleEvents.TRIAL_FAILED),
            entry("KeyIssued.v1+before-expiry", ExampleEvents.KEY_ISSUED_BEFORE_EXPIRY),
            entry("KeyIssued.v1+before-versions", ExampleEvents.KEY_ISSUED_BEFORE_VERSIONS),
            entry("KeyChanged.v1+before-expiry", ExampleEvents.KEY_CHANGED_BEFORE_EXPIRY),
            entry("KeyIssued.v1+with-earlier-secrets", ExampleEvents.KEY_ISSUED_AGAIN),
            entry("KeyIssued.v1+with-a-mirror", ExampleEvents.MIRRORED_KEY_ISSUED),
            entry("TrialCompleted.v1+of-a-similar-question", ExampleEvents.SIMILAR_TRIAL_COMPLETED),
            entry("delta-heartbeat", ExampleEvents.HEARTBEAT),
            entry("delta-frames", ExampleEvents.FRAMES),
            entry("delta-last", ExampleEvents.LAST),
            entry("delta-failed", ExampleEvents.FAILED),
            entry("delta-followed", ExampleEvents.FOLLOWED),
            entry("delta-released", ExampleEvents.RELEASED),
            entry("delta-recorded", ExampleEvents.RECORDED));

    static Stream<Map.Entry<String, ProducerRecord<String, byte[]>>> encoded() {
        return ExampleEvents.encoded().entrySet().stream();
    }

    static Stream<Map.Entry<String, ProducerRecord<String, byte[]>>> withOptionalProperties() {
        return ExampleEvents.withOptionalProperties().entrySet().stream();
    }

    static List<Path> events() {
        return Stream.of(GoldenFile.CURRENT, GoldenFile.OTHERS)
                .flatMap(directory -> GoldenFile.in(directory).stream())
                .filter(file -> !GoldenFile.subject(file).equals("dead-letter"))
                .toList();
    }

    /**
     * A change of the wire format is a decision: move the old file to {@code others}, and the one that this test wrote to
     * target to its place.
     */
    @ParameterizedTest
    @MethodSource("encoded")
    void encodersWriteTheseBytes(Map.Entry<String, ProducerRecord<String, byte[]>> event) throws IOException {
        compare(event, GoldenFile.CURRENT);
    }

    /** The same for events whose properties of later versions are present. */
    @ParameterizedTest
    @MethodSource
    void withOptionalProperties(Map.Entry<String, ProducerRecord<String, byte[]>> event) throws IOException {
        compare(event, GoldenFile.OTHERS);
    }

    private static void compare(Map.Entry<String, ProducerRecord<String, byte[]>> event, Path directory)
            throws IOException {
        byte[] actual = GoldenFile.write(event.getValue());
        Path golden = directory.resolve(event.getKey() + ".golden");
        if (!Files.exists(golden) || !Arrays.equals(Files.readAllBytes(golden), actual)) {
            Path proposal = Files.createDirectories(Path.of("target/golden")).resolve(golden.getFileName());
            Files.write(proposal, actual);
            fail("the bytes of %s have changed: compare %s with %s", event.getKey(), golden, proposal);
        }
    }

    @ParameterizedTest
    @MethodSource("events")
    void decodersReadThem(Path file) {
        var wire = GoldenFile.read(file);

        assertThat(decode(wire))
                .usingRecursiveComparison()
                .withEqualsForType((one, other) -> one.tree().equals(other.tree()), RawJson.class)
                .isEqualTo(EVENTS.getOrDefault(
                        file.getFileName().toString().replace(".golden", ""), EVENTS.get(GoldenFile.subject(file))));
    }

    @Test
    void everyCurrentFileBelongsToAnEvent() {
        assertThat(GoldenFile.in(GoldenFile.CURRENT))
                .extracting(GoldenFile::subject)
                .containsExactlyInAnyOrderElementsOf(ExampleEvents.encoded().keySet())
                .containsAll(EVENTS.keySet().stream()
                        .filter(name -> !name.contains("+"))
                        .toList());
        assertThat(GoldenFile.in(GoldenFile.OTHERS)).isNotEmpty();
    }

    private static Object decode(ConsumerRecord<String, byte[]> wire) {
        return switch (wire.topic()) {
            case "chat.requests" -> RequestCodec.decodeChatRequested(wire.headers(), wire.value());
            case "chat.turns" -> TurnsEvent.decode(wire.headers(), wire.value());
            case "chat.commands" -> CommandCodec.decode(wire.headers());
            case "chat.keys" ->
                KeyCodec.isForAuditors(wire.headers())
                        ? TurnCodec.MAPPER.readValue(wire.value(), KeyChanged.class)
                        : KeyCodec.decode(wire.headers(), wire.value()).orElseThrow();
            case "chat.published" -> PublishedCodec.decode(wire.headers(), wire.value());
            case "chat.deliveries" -> TurnCodec.MAPPER.readValue(wire.value(), AnswerDelivered.class);
            case "chat.trials" -> TrialCodec.decode(wire.headers(), wire.value());
            case "chat.deltas" -> DeltaCodec.decode(wire);
            default -> throw new IllegalArgumentException(wire.topic());
        };
    }
}
