package dev.parley.contracts.delta;

import dev.parley.contracts.delta.Delta.Failed;
import dev.parley.contracts.delta.Delta.Followed;
import dev.parley.contracts.delta.Delta.Frames;
import dev.parley.contracts.delta.Delta.Heartbeat;
import dev.parley.contracts.delta.Delta.Recorded;
import dev.parley.contracts.delta.Delta.Released;
import dev.parley.contracts.event.CacheVerdict;
import dev.parley.contracts.event.EventHeaders;
import dev.parley.contracts.event.MalformedEventException;
import dev.parley.contracts.id.GenerationId;
import dev.parley.contracts.topic.Topics;
import java.util.Arrays;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.internals.RecordHeaders;

/**
 * Encodes and decodes what {@code chat.deltas} carries. A delta is bytes for a reader, not an event for a bus: no
 * CloudEvents attributes, but the generation as key and short headers {@code kind}, {@code attempt}, {@code sequence},
 * {@code cache}, and for failures {@code status} and {@code retry-after}.
 */
public final class DeltaCodec {
    public static final String KIND = "kind";
    public static final String ATTEMPT = "attempt";
    public static final String SEQUENCE = "sequence";
    public static final String CACHE = "cache";
    public static final String STATUS = "status";
    public static final String RETRY_AFTER = "retry-after";

    private static final String FRAMES = "frames";
    private static final String LAST = "last";
    private static final String HEARTBEAT = "heartbeat";
    private static final String FAILED = "failed";
    private static final String FOLLOWED = "followed";
    private static final String RELEASED = "released";
    private static final String RECORDED = "recorded";
    private static final byte[] NOTHING = {};

    private DeltaCodec() {}

    /**
     * The record of a delta.
     *
     * @param partition the partition that the request's reply address names
     */
    public static ProducerRecord<String, byte[]> encode(Delta delta, int partition) {
        RecordHeaders headers = new RecordHeaders();
        EventHeaders event = new EventHeaders(headers)
                .put(KIND, kind(delta))
                .put(ATTEMPT, Integer.toString(delta.attempt()))
                .put(SEQUENCE, Integer.toString(delta.sequence()));
        byte[] value = switch (delta) {
            case Frames frames -> {
                event.put(CACHE, frames.cache().text());
                yield frames.frames();
            }
            case Failed failed -> {
                event.put(CACHE, failed.cache().text())
                        .put(STATUS, Integer.toString(failed.status()))
                        .put(RETRY_AFTER, failed.retryAfter());
                yield failed.body();
            }
            case Heartbeat heartbeat -> heartbeat.account();
            case Followed _, Released _, Recorded _ -> NOTHING;
        };
        return new ProducerRecord<>(
                Topics.DELTAS.name(), partition, delta.generation().value(), value, headers);
    }

    private static String kind(Delta delta) {
        return switch (delta) {
            case Frames frames -> frames.last() ? LAST : FRAMES;
            case Heartbeat _ -> HEARTBEAT;
            case Failed _ -> FAILED;
            case Followed _ -> FOLLOWED;
            case Released _ -> RELEASED;
            case Recorded _ -> RECORDED;
        };
    }

    /**
     * The delta of a record.
     *
     * @throws MalformedEventException if the record is not a delta of a kind known here
     */
    public static Delta decode(ConsumerRecord<String, byte[]> piece) {
        EventHeaders headers = new EventHeaders(piece.headers());
        if (piece.key() == null || piece.value() == null) {
            throw new MalformedEventException("a delta has a key and a value");
        }
        GenerationId generation = generation(piece.key());
        int attempt = headers.requireInt(ATTEMPT, 1);
        int sequence = headers.requireInt(SEQUENCE, 0);
        String kind = headers.require(KIND);
        return switch (kind) {
            case FRAMES, LAST ->
                new Frames(generation, attempt, sequence, cache(headers), piece.value(), kind.equals(LAST));
            case HEARTBEAT -> new Heartbeat(generation, attempt, sequence, piece.value());
            case FAILED ->
                new Failed(
                        generation,
                        attempt,
                        sequence,
                        cache(headers),
                        headers.requireInt(STATUS, 0),
                        headers.require(RETRY_AFTER),
                        piece.value());
            case FOLLOWED -> new Followed(generation, attempt, sequence);
            case RELEASED -> new Released(generation, attempt, sequence);
            case RECORDED -> new Recorded(generation, attempt, sequence);
            default -> throw new MalformedEventException("not a kind of delta known here: " + kind);
        };
    }

    private static GenerationId generation(String key) {
        try {
            return new GenerationId(key);
        } catch (IllegalArgumentException e) {
            throw new MalformedEventException("the key is no generation id", e);
        }
    }

    private static CacheVerdict cache(EventHeaders headers) {
        return headers.require(
                CACHE,
                text -> Arrays.stream(CacheVerdict.values())
                        .filter(verdict -> verdict.text().equals(text))
                        .findFirst()
                        .orElseThrow(() -> new IllegalArgumentException("unknown cache verdict")));
    }
}
