package dev.parley.contracts.event;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import dev.parley.contracts.event.Turn.ChatCancelled;
import dev.parley.contracts.event.Turn.ChatCompleted;
import dev.parley.contracts.event.Turn.ChatFailed;
import dev.parley.contracts.event.Turn.Failure;
import dev.parley.contracts.id.KeyId;
import dev.parley.contracts.topic.Topics;
import java.time.Instant;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.stream.Stream;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Headers;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.PropertyNamingStrategies;
import tools.jackson.databind.cfg.EnumFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * The codec of turn events: JSON in snake case, as in the Messages API. The other events of {@code chat.turns} are encoded
 * by {@link ChangeCodec}.
 */
public final class TurnCodec {
    public static final String CHAT_COMPLETED = "dev.parley.ChatCompleted.v1";
    public static final String CHAT_FAILED = "dev.parley.ChatFailed.v1";
    public static final String CHAT_CANCELLED = "dev.parley.ChatCancelled.v1";

    /**
     * The header with the answer's server-sent events, gzipped, from which a cached answer is replayed. Only on {@code
     * ChatCompleted}.
     */
    public static final String FRAMES = "frames";

    /** The header with the {@link StoredQuestion}, if similar ones may be answered with this answer. Only beside the frames. */
    public static final String QUESTION = "similar-question";

    /**
     * The mapper of turn events. Unknown properties are ignored, so that old readers accept additions. A missing property is
     * an error, so additions must be {@code Optional} for new readers to accept old events.
     */
    public static final JsonMapper MAPPER = JsonMapper.builder()
            .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
            .enable(DeserializationFeature.FAIL_ON_NULL_CREATOR_PROPERTIES)
            .enable(EnumFeature.FAIL_ON_NUMBERS_FOR_ENUMS)
            .build();

    /** The properties of a turn beside its facts. Jackson would keep a copy of the others, which it does not know. */
    @JsonIgnoreProperties(ignoreUnknown = true)
    private record Outcome(JsonNode message, Optional<Failure> error) {
        Failure requireError() {
            return error.orElseThrow(() -> new MalformedEventException("a failed turn has no error"));
        }
    }

    private TurnCodec() {}

    public static ProducerRecord<String, byte[]> encode(Turn turn) {
        TurnFacts facts = turn.facts();
        return CloudEvent.begin(type(turn), facts.generation().value(), "inference-service", facts.endedAt())
                .put(CloudEvent.GENERATION, facts.generation().value())
                .put(CloudEvent.CONVERSATION, facts.conversation().value())
                .put(CloudEvent.TENANT, facts.tenant().value())
                .put(CloudEvent.USER, facts.user())
                .put(CloudEvent.MODEL, facts.model())
                .put(CloudEvent.FINGERPRINT, facts.fingerprint().value())
                .put(CloudEvent.CACHE_POLICY, facts.cachePolicy().text())
                .put(CloudEvent.CACHE_VERDICT, facts.cache().text())
                .put(CloudEvent.TRACEPARENT, facts.traceparent())
                .put(CloudEvent.KEY, facts.key().map(KeyId::value))
                .record(Topics.TURNS, facts.conversation().value(), MAPPER.writeValueAsBytes(turn));
    }

    /** As {@link #encode(Turn)}, with the frames that a cached answer replays. */
    public static ProducerRecord<String, byte[]> encode(ChatCompleted turn, byte[] gzippedFrames) {
        return encode(turn, gzippedFrames, Optional.empty());
    }

    /** As {@link #encode(ChatCompleted, byte[])}, with the question if its answer may serve similar ones. */
    public static ProducerRecord<String, byte[]> encode(
            ChatCompleted turn, byte[] gzippedFrames, Optional<StoredQuestion> question) {
        ProducerRecord<String, byte[]> encoded = encode(turn);
        encoded.headers().add(FRAMES, gzippedFrames);
        question.ifPresent(asked -> encoded.headers().add(QUESTION, asked.encode()));
        return encoded;
    }

    /**
     * The turn of a record, whose request is not parsed; throws a {@link MalformedEventException} if it is none. The value is
     * read twice, because Jackson reads {@code @JsonUnwrapped} properties from a copy of all tokens, which takes many times the
     * memory of a request.
     */
    public static Turn decode(Headers headers, byte @Nullable [] value) {
        String type = new EventHeaders(headers).require(CloudEvent.TYPE);
        BiFunction<TurnFacts, Outcome, Turn> turn = switch (type) {
            case CHAT_COMPLETED -> (facts, outcome) -> new ChatCompleted(facts, outcome.message());
            case CHAT_FAILED -> (facts, outcome) -> new ChatFailed(facts, outcome.message(), outcome.requireError());
            case CHAT_CANCELLED -> (facts, outcome) -> new ChatCancelled(facts, outcome.message());
            default -> throw new MalformedEventException("not a turn event known here: " + type);
        };
        TurnFacts facts = EventValue.read(type, TurnFacts.class, value);
        Stream<Instant> starts = facts.attempts().stream().map(Attempt::startedAt);
        if (!Stream.concat(Stream.of(facts.receivedAt(), facts.endedAt()), starts)
                .allMatch(EventHeaders::isInRange)) {
            throw new MalformedEventException("a time of the turn is not from 1970 to 9999");
        }
        return turn.apply(facts, EventValue.read(type, Outcome.class, value));
    }

    public static String type(Turn turn) {
        return switch (turn) {
            case ChatCompleted _ -> CHAT_COMPLETED;
            case ChatFailed _ -> CHAT_FAILED;
            case ChatCancelled _ -> CHAT_CANCELLED;
        };
    }
}
