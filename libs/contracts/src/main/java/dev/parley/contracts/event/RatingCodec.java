package dev.parley.contracts.event;

import dev.parley.contracts.event.AnswerRated.Rating;
import dev.parley.contracts.id.GenerationId;
import dev.parley.contracts.id.RequestId;
import dev.parley.contracts.id.TenantId;
import dev.parley.contracts.topic.Topics;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Headers;
import org.jspecify.annotations.Nullable;

/**
 * The codec of ratings. The generation is the subject and not the attribute of that name, by which readers find the one turn of a
 * generation.
 */
public final class RatingCodec {
    public static final String ANSWER_RATED = "dev.parley.AnswerRated.v1";

    private record Value(Rating rating, String comment) {}

    private RatingCodec() {}

    /** Whether a record of {@code chat.turns} is a rating. */
    public static boolean carries(Headers headers) {
        return new EventHeaders(headers).isOf(ANSWER_RATED);
    }

    /** The record for {@code chat.turns}, keyed by the generation. */
    public static ProducerRecord<String, byte[]> encode(AnswerRated event) {
        return CloudEvent.begin(ANSWER_RATED, event.request().value(), "gateway-service", event.ratedAt())
                .put(CloudEvent.SUBJECT, event.generation().value())
                .put(CloudEvent.TENANT, event.tenant().value())
                .put(CloudEvent.TRACEPARENT, event.traceparent())
                .record(
                        Topics.TURNS,
                        event.generation().value(),
                        TurnCodec.MAPPER.writeValueAsBytes(new Value(event.rating(), event.comment())));
    }

    /**
     * The rating of a record.
     *
     * @throws MalformedEventException if the record is not a rating, or of an unknown version
     */
    public static AnswerRated decode(Headers headers, byte @Nullable [] value) {
        EventHeaders event = new EventHeaders(headers);
        if (!carries(headers)) {
            throw new MalformedEventException("not a rating");
        }
        Value rated = EventValue.read(ANSWER_RATED, Value.class, value);
        return new AnswerRated(
                new RequestId(event.require(CloudEvent.ID)),
                event.require(CloudEvent.TENANT, TenantId::new),
                event.require(CloudEvent.SUBJECT, GenerationId::new),
                rated.rating(),
                rated.comment(),
                event.requireInstant(CloudEvent.TIME),
                event.require(CloudEvent.TRACEPARENT));
    }
}
