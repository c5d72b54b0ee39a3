package dev.parley.contracts.event;

import dev.parley.contracts.id.ConversationId;
import dev.parley.contracts.id.RequestId;
import dev.parley.contracts.id.TenantId;
import dev.parley.contracts.topic.Topic;
import dev.parley.contracts.topic.Topics;
import java.time.Instant;
import java.util.Optional;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Headers;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.node.ObjectNode;

/**
 * The codec of conversation events. The attributes identify the conversation; text of a client is in the value, a JSON
 * object.
 */
public final class ConversationCodec {
    public static final String CONVERSATION_RENAMED = "dev.parley.ConversationRenamed.v1";
    public static final String CONVERSATION_DELETED = "dev.parley.ConversationDeleted.v1";

    private static final String TITLE = "title";

    private ConversationCodec() {}

    /** Whether a record of {@code chat.turns} is a conversation event; if not, it is a turn. */
    public static boolean carries(Headers headers) {
        return new EventHeaders(headers).isOf(CONVERSATION_RENAMED, CONVERSATION_DELETED);
    }

    /** The record for {@code chat.turns}. */
    public static ProducerRecord<String, byte[]> encode(ConversationEvent event) {
        return encode(event, Topics.TURNS);
    }

    /** The record for {@code chat.deletions}. */
    public static ProducerRecord<String, byte[]> encodeDeletion(ConversationDeleted event) {
        return encode(event, Topics.DELETIONS);
    }

    private static ProducerRecord<String, byte[]> encode(ConversationEvent event, Topic topic) {
        ObjectNode value = TurnCodec.MAPPER.createObjectNode();
        EventHeaders headers = switch (event) {
            case ConversationRenamed renamed -> {
                value.put(TITLE, renamed.title());
                yield begin(CONVERSATION_RENAMED, event, renamed.renamedAt());
            }
            case ConversationDeleted deleted -> begin(CONVERSATION_DELETED, event, deleted.deletedAt());
        };
        return headers.record(topic, event.conversation().value(), TurnCodec.MAPPER.writeValueAsBytes(value));
    }

    private static EventHeaders begin(String type, ConversationEvent event, Instant time) {
        return CloudEvent.begin(type, event.request().value(), "gateway-service", time)
                .put(CloudEvent.CONVERSATION, event.conversation().value())
                .put(CloudEvent.TENANT, event.tenant().value())
                .put(CloudEvent.TRACEPARENT, event.traceparent());
    }

    /**
     * The event of a record.
     *
     * @throws MalformedEventException if the record is not a conversation event, or of an unknown version
     */
    public static ConversationEvent decode(Headers headers, byte @Nullable [] value) {
        EventHeaders event = new EventHeaders(headers);
        RequestId request = new RequestId(event.require(CloudEvent.ID));
        TenantId tenant = event.require(CloudEvent.TENANT, TenantId::new);
        ConversationId conversation = event.require(CloudEvent.CONVERSATION, ConversationId::new);
        Instant time = event.requireInstant(CloudEvent.TIME);
        String traceparent = event.require(CloudEvent.TRACEPARENT);
        String type = event.require(CloudEvent.TYPE);
        return switch (type) {
            case CONVERSATION_RENAMED ->
                new ConversationRenamed(request, tenant, conversation, title(value), time, traceparent);
            case CONVERSATION_DELETED -> new ConversationDeleted(request, tenant, conversation, time, traceparent);
            default -> throw new MalformedEventException("unknown type of conversation event: " + type);
        };
    }

    private static String title(byte @Nullable [] value) {
        try {
            return Optional.ofNullable(value)
                    .flatMap(json -> TurnCodec.MAPPER.readTree(json).path(TITLE).stringValueOpt())
                    .filter(ConversationRenamed::isTitle)
                    .orElseThrow(() -> new MalformedEventException("the record has no title"));
        } catch (JacksonException e) {
            // Without the parser's exception as the cause, because it quotes the title.
            throw new MalformedEventException("the value is not JSON");
        }
    }
}
