package dev.parley.contracts.delta;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;
import static java.util.stream.Collectors.toUnmodifiableMap;

import dev.parley.contracts.delta.Delta.Failed;
import dev.parley.contracts.delta.Delta.Followed;
import dev.parley.contracts.delta.Delta.Frames;
import dev.parley.contracts.delta.Delta.Heartbeat;
import dev.parley.contracts.delta.Delta.Recorded;
import dev.parley.contracts.delta.Delta.Released;
import dev.parley.contracts.event.CacheVerdict;
import dev.parley.contracts.event.EventHeaders;
import dev.parley.contracts.event.MalformedEventException;
import dev.parley.contracts.event.SimilarCheck;
import dev.parley.contracts.id.ConversationId;
import dev.parley.contracts.id.GenerationId;
import dev.parley.contracts.topic.Topics;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.apache.kafka.common.header.internals.RecordHeaders;

/**
 * The codec of {@code chat.deltas}. A delta has no CloudEvents attributes, because its readers need little more than the
 * bytes: the key is the generation, and the short headers are {@code kind}, {@code attempt}, {@code sequence}, {@code
 * cache}, for failures {@code status}, {@code retry-after} and {@code should-retry}, on the first record of an attempt
 * {@code conversation}, and on the first frames {@code similar}, and of an answer to an alias {@code model} and {@code
 * model-reason}.
 */
public final class DeltaCodec {
    public static final String KIND = "kind";
    public static final String ATTEMPT = "attempt";
    public static final String SEQUENCE = "sequence";
    public static final String CACHE = "cache";
    public static final String SIMILAR = "similar";
    public static final String STATUS = "status";
    public static final String RETRY_AFTER = "retry-after";
    public static final String SHOULD_RETRY = "should-retry";
    public static final String CONVERSATION = "conversation";
    public static final String MODEL = "model";
    public static final String MODEL_REASON = "model-reason";

    private static final String FRAMES = "frames";
    private static final String LAST = "last";
    private static final String HEARTBEAT = "heartbeat";
    private static final String FAILED = "failed";
    private static final String FOLLOWED = "followed";
    private static final String RELEASED = "released";
    private static final String RECORDED = "recorded";

    private static final String NO = "false";

    /** Headers that are shared by many records and never modified. */
    private static final Header FRAMES_KIND = header(KIND, FRAMES);

    private static final Header LAST_KIND = header(KIND, LAST);
    private static final Header HEARTBEAT_KIND = header(KIND, HEARTBEAT);
    private static final Header FAILED_KIND = header(KIND, FAILED);
    private static final Header FOLLOWED_KIND = header(KIND, FOLLOWED);
    private static final Header RELEASED_KIND = header(KIND, RELEASED);
    private static final Header RECORDED_KIND = header(KIND, RECORDED);
    private static final Map<CacheVerdict, Header> VERDICTS = Arrays.stream(CacheVerdict.values())
            .collect(toUnmodifiableMap(Function.identity(), verdict -> header(CACHE, verdict.text())));
    /** By text, because each record has one, and {@code TextEnum.of} makes the texts of all for each. */
    private static final Map<String, CacheVerdict> VERDICT_OF =
            VERDICTS.keySet().stream().collect(toUnmodifiableMap(CacheVerdict::text, Function.identity()));

    private static final byte[] NO_BYTES = {};

    private DeltaCodec() {}

    /**
     * The record of a delta, without its conversation.
     *
     * @param partition the partition in the reply address of the request
     */
    public static ProducerRecord<String, byte[]> encode(Delta delta, int partition) {
        RecordHeaders headers = new RecordHeaders();
        headers.add(kind(delta));
        EventHeaders event = new EventHeaders(headers)
                .put(ATTEMPT, Integer.toString(delta.attempt()))
                .put(SEQUENCE, Integer.toString(delta.sequence()));
        byte[] value = switch (delta) {
            case Frames frames -> {
                headers.add(requireNonNull(VERDICTS.get(frames.cache())));
                frames.answeredBy().ifPresent(by -> event.put(MODEL, by.model()).put(MODEL_REASON, by.reason()));
                event.put(SIMILAR, frames.similar().map(SimilarCheck::json));
                yield frames.frames();
            }
            case Failed failed -> {
                headers.add(requireNonNull(VERDICTS.get(failed.cache())));
                event.put(STATUS, Integer.toString(failed.status())).put(RETRY_AFTER, failed.retryAfter());
                event.put(SHOULD_RETRY, failed.noRetry() ? Optional.of(NO) : Optional.empty());
                yield failed.body();
            }
            case Heartbeat heartbeat -> heartbeat.attemptList();
            case Followed _, Released _, Recorded _ -> NO_BYTES;
        };
        return new ProducerRecord<>(
                Topics.DELTAS.name(), partition, delta.generation().value(), value, headers);
    }

    /**
     * The record of a delta. The first record of an attempt carries the conversation, so that a gateway can refuse to resume
     * a generation whose conversation is deleted.
     *
     * @param partition the partition in the reply address of the request
     */
    public static ProducerRecord<String, byte[]> encode(Delta delta, int partition, ConversationId conversation) {
        ProducerRecord<String, byte[]> piece = encode(delta, partition);
        if (delta.sequence() == 0) {
            piece.headers().add(header(CONVERSATION, conversation.value()));
        }
        return piece;
    }

    /** The conversation in the headers of a record; empty for all but the first record of an attempt. */
    public static Optional<ConversationId> conversation(Headers headers) {
        return new EventHeaders(headers)
                .find(CONVERSATION)
                .filter(ConversationId::isValid)
                .map(ConversationId::new);
    }

    private static Header kind(Delta delta) {
        return switch (delta) {
            case Frames frames -> frames.last() ? LAST_KIND : FRAMES_KIND;
            case Heartbeat _ -> HEARTBEAT_KIND;
            case Failed _ -> FAILED_KIND;
            case Followed _ -> FOLLOWED_KIND;
            case Released _ -> RELEASED_KIND;
            case Recorded _ -> RECORDED_KIND;
        };
    }

    private static Header header(String name, String value) {
        return new RecordHeader(name, value.getBytes(UTF_8));
    }

    /**
     * The delta of a record.
     *
     * @throws MalformedEventException if the record is not a delta, or of an unknown kind
     */
    public static Delta decode(ConsumerRecord<String, byte[]> piece) {
        EventHeaders headers = new EventHeaders(piece.headers());
        if (piece.key() == null || piece.value() == null) {
            throw new MalformedEventException("the delta has no key or no value");
        }
        GenerationId generation = generation(piece.key());
        int attempt = headers.requireInt(ATTEMPT, 1);
        int sequence = headers.requireInt(SEQUENCE, 0);
        String kind = headers.require(KIND);
        return switch (kind) {
            case FRAMES, LAST ->
                new Frames(
                        generation,
                        attempt,
                        sequence,
                        cache(headers),
                        piece.value(),
                        kind.equals(LAST),
                        headers.find(MODEL).map(model -> new AnsweredBy(model, headers.require(MODEL_REASON))),
                        headers.find(SIMILAR, SimilarCheck::parse));
            case HEARTBEAT -> new Heartbeat(generation, attempt, sequence, piece.value());
            case FAILED ->
                new Failed(
                        generation,
                        attempt,
                        sequence,
                        cache(headers),
                        headers.requireInt(STATUS, 0),
                        headers.require(RETRY_AFTER),
                        headers.find(SHOULD_RETRY).filter(NO::equals).isPresent(),
                        piece.value());
            case FOLLOWED -> new Followed(generation, attempt, sequence);
            case RELEASED -> new Released(generation, attempt, sequence);
            case RECORDED -> new Recorded(generation, attempt, sequence);
            default -> throw new MalformedEventException("unknown kind of delta: " + kind);
        };
    }

    private static GenerationId generation(String key) {
        try {
            return new GenerationId(key);
        } catch (IllegalArgumentException e) {
            throw new MalformedEventException("the key is not a generation id", e);
        }
    }

    private static CacheVerdict cache(EventHeaders headers) {
        return headers.require(
                CACHE,
                text -> Optional.ofNullable(VERDICT_OF.get(text))
                        .orElseThrow(() -> new IllegalArgumentException("unknown cache verdict")));
    }
}
