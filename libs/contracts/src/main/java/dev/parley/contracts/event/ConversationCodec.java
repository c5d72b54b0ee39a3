package dev.parley.contracts.event;

import dev.parley.contracts.id.ConversationId;
import dev.parley.contracts.id.RequestId;
import dev.parley.contracts.id.TenantId;
import dev.parley.contracts.topic.Topic;
import dev.parley.contracts.topic.Topics;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
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

    private static final Set<String> TYPES = Set.of(CONVERSATION_RENAMED, CONVERSATION_DELETED);
    private static final String TITLE = "title";
    private static final String SOURCE = "gateway-service";

    private ConversationCodec() {}

    /** Whether a record of {@code chat.turns} is a conversation event; if not, it is a turn. */
    public static boolean carries(Headers headers) {
        return new EventHeaders(headers)
                .find(CloudEvent.TYPE)
                .filter(TYPES::contains)
                .isPresent();
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
        RecordHeaders headers = new RecordHeaders();
        ObjectNode value = TurnCodec.MAPPER.createObjectNode();
        EventHeaders begun = switch (event) {
            case ConversationRenamed renamed -> {
                value.put(TITLE, renamed.title());
                yield CloudEvent.begin(
                        headers, CONVERSATION_RENAMED, event.request().value(), SOURCE, renamed.renamedAt());
            }
            case ConversationDeleted deleted ->
                CloudEvent.begin(headers, CONVERSATION_DELETED, event.request().value(), SOURCE, deleted.deletedAt());
        };
        begun.put(CloudEvent.CONVERSATION, event.conversation().value())
                .put(CloudEvent.TENANT, event.tenant().value())
                .put(CloudEvent.TRACEPARENT, event.traceparent());
        String key = event.conversation().value();
        return new ProducerRecord<>(topic.name(), null, key, TurnCodec.MAPPER.writeValueAsBytes(value), headers);
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
        String traceparent = event.require(CloudEvent.TRACEPARENT);
        String type = event.require(CloudEvent.TYPE);
        return switch (type) {
            case CONVERSATION_RENAMED ->
                new ConversationRenamed(
                        request,
                        tenant,
                        conversation,
                        title(value),
                        event.requireInstant(CloudEvent.TIME),
                        traceparent);
            case CONVERSATION_DELETED ->
                new ConversationDeleted(
                        request, tenant, conversation, event.requireInstant(CloudEvent.TIME), traceparent);
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
