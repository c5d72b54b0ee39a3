package dev.parley.contracts.event;

import dev.parley.contracts.event.AnswerRated.Rating;
import dev.parley.contracts.id.ConversationId;
import dev.parley.contracts.id.GenerationId;
import dev.parley.contracts.id.RequestId;
import dev.parley.contracts.id.TenantId;
import dev.parley.contracts.topic.Topic;
import dev.parley.contracts.topic.Topics;
import java.time.Instant;
import java.util.Map;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Headers;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * The codec of the events on {@code chat.turns} that are no turns. The attributes identify what has changed; text of people is in
 * the value, a JSON object. Ratings and evictions have their generation as the subject and not as the attribute of that name, by
 * which readers find the one turn of a generation.
 */
public final class ChangeCodec {
    public static final String CONVERSATION_RENAMED = "dev.parley.ConversationRenamed.v1";
    public static final String CONVERSATION_DELETED = "dev.parley.ConversationDeleted.v1";
    public static final String ANSWER_RATED = "dev.parley.AnswerRated.v1";
    public static final String ANSWER_EVICTED = "dev.parley.AnswerEvicted.v1";

    private record Renamed(JsonNode title) {}

    private record Rated(Rating rating, String comment) {}

    private record Evicted(String actor) {}

    private ChangeCodec() {}

    /** Whether a record of {@code chat.turns} is such an event; if not, it is a turn. */
    public static boolean carries(Headers headers) {
        return new EventHeaders(headers).isOf(CONVERSATION_RENAMED, CONVERSATION_DELETED, ANSWER_RATED, ANSWER_EVICTED);
    }

    public static ProducerRecord<String, byte[]> encode(ConversationRenamed event) {
        return encode(CONVERSATION_RENAMED, event, event.renamedAt(), Topics.TURNS, Map.of("title", event.title()));
    }

    public static ProducerRecord<String, byte[]> encode(ConversationDeleted event) {
        return encode(CONVERSATION_DELETED, event, event.deletedAt(), Topics.TURNS, Map.of());
    }

    public static ProducerRecord<String, byte[]> encodeDeletion(ConversationDeleted event) {
        return encode(CONVERSATION_DELETED, event, event.deletedAt(), Topics.DELETIONS, Map.of());
    }

    private static ProducerRecord<String, byte[]> encode(
            String type, ConversationEvent event, Instant time, Topic topic, Map<String, String> value) {
        String conversation = event.conversation().value();
        return begin(type, event.request(), time)
                .put(CloudEvent.CONVERSATION, conversation)
                .put(CloudEvent.TENANT, event.tenant().value())
                .put(CloudEvent.TRACEPARENT, event.traceparent())
                .record(topic, conversation, TurnCodec.MAPPER.writeValueAsBytes(value));
    }

    /** The record for {@code chat.turns}, keyed by the generation. */
    public static ProducerRecord<String, byte[]> encode(AnswerRated event) {
        String generation = event.generation().value();
        Rated value = new Rated(event.rating(), event.comment());
        return begin(ANSWER_RATED, event.request(), event.ratedAt())
                .put(CloudEvent.SUBJECT, generation)
                .put(CloudEvent.TENANT, event.tenant().value())
                .put(CloudEvent.TRACEPARENT, event.traceparent())
                .record(Topics.TURNS, generation, TurnCodec.MAPPER.writeValueAsBytes(value));
    }

    /** The record for {@code chat.turns}, keyed by the generation. */
    public static ProducerRecord<String, byte[]> encode(AnswerEvicted event) {
        String generation = event.generation().value();
        Evicted value = new Evicted(event.actor());
        return begin(ANSWER_EVICTED, event.request(), event.evictedAt())
                .put(CloudEvent.SUBJECT, generation)
                .put(CloudEvent.TRACEPARENT, event.traceparent())
                .record(Topics.TURNS, generation, TurnCodec.MAPPER.writeValueAsBytes(value));
    }

    private static EventHeaders begin(String type, RequestId request, Instant time) {
        return CloudEvent.begin(type, request.value(), "gateway-service", time);
    }

    /** The event of a record; throws a {@link MalformedEventException} if it is none of a known version. */
    public static TurnsEvent decode(Headers headers, byte @Nullable [] value) {
        EventHeaders event = new EventHeaders(headers);
        String type = event.require(CloudEvent.TYPE);
        RequestId request = new RequestId(event.require(CloudEvent.ID));
        Instant time = event.requireInstant(CloudEvent.TIME);
        String traceparent = event.require(CloudEvent.TRACEPARENT);
        return switch (type) {
            case CONVERSATION_RENAMED ->
                new ConversationRenamed(request, tenant(event), conversation(event), title(value), time, traceparent);
            case CONVERSATION_DELETED ->
                new ConversationDeleted(request, tenant(event), conversation(event), time, traceparent);
            case ANSWER_RATED -> {
                Rated rated = EventValue.read(type, Rated.class, value);
                yield new AnswerRated(
                        request, tenant(event), generation(event), rated.rating(), rated.comment(), time, traceparent);
            }
            case ANSWER_EVICTED -> {
                String actor = EventValue.read(type, Evicted.class, value).actor();
                yield new AnswerEvicted(request, generation(event), actor, time, traceparent);
            }
            default -> throw new MalformedEventException("unknown type of event: " + type);
        };
    }

    private static TenantId tenant(EventHeaders event) {
        return event.require(CloudEvent.TENANT, TenantId::new);
    }

    private static ConversationId conversation(EventHeaders event) {
        return event.require(CloudEvent.CONVERSATION, ConversationId::new);
    }

    private static GenerationId generation(EventHeaders event) {
        return event.require(CloudEvent.SUBJECT, GenerationId::new);
    }

    private static String title(byte @Nullable [] value) {
        return EventValue.read(CONVERSATION_RENAMED, Renamed.class, value)
                .title()
                .stringValueOpt()
                .filter(ConversationRenamed::isTitle)
                .orElseThrow(() -> new MalformedEventException("the record has no title"));
    }
}
