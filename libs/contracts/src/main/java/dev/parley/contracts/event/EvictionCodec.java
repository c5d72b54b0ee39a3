package dev.parley.contracts.event;

import dev.parley.contracts.id.GenerationId;
import dev.parley.contracts.id.RequestId;
import dev.parley.contracts.topic.Topics;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Headers;
import org.jspecify.annotations.Nullable;

/** The codec of evictions. The generation is the subject, as in {@link RatingCodec}. */
public final class EvictionCodec {
    public static final String ANSWER_EVICTED = "dev.parley.AnswerEvicted.v1";

    private record Value(String actor) {}

    private EvictionCodec() {}

    /** Whether a record of {@code chat.turns} is an eviction. */
    public static boolean carries(Headers headers) {
        return new EventHeaders(headers).isOf(ANSWER_EVICTED);
    }

    /** The record for {@code chat.turns}, keyed by the generation. */
    public static ProducerRecord<String, byte[]> encode(AnswerEvicted event) {
        return CloudEvent.begin(ANSWER_EVICTED, event.request().value(), "gateway-service", event.evictedAt())
                .put(CloudEvent.SUBJECT, event.generation().value())
                .put(CloudEvent.TRACEPARENT, event.traceparent())
                .record(
                        Topics.TURNS,
                        event.generation().value(),
                        TurnCodec.MAPPER.writeValueAsBytes(new Value(event.actor())));
    }

    /**
     * The eviction of a record.
     *
     * @throws MalformedEventException if the record is not an eviction, or of an unknown version
     */
    public static AnswerEvicted decode(Headers headers, byte @Nullable [] value) {
        EventHeaders event = new EventHeaders(headers);
        if (!carries(headers)) {
            throw new MalformedEventException("not an eviction");
        }
        Value evicted = EventValue.read(ANSWER_EVICTED, Value.class, value);
        return new AnswerEvicted(
                new RequestId(event.require(CloudEvent.ID)),
                event.require(CloudEvent.SUBJECT, GenerationId::new),
                evicted.actor(),
                event.requireInstant(CloudEvent.TIME),
                event.require(CloudEvent.TRACEPARENT));
    }
}
