package dev.parley.replay;

import dev.parley.contracts.event.ChangeCodec;
import dev.parley.contracts.event.CloudEvent;
import dev.parley.contracts.event.ConversationDeleted;
import dev.parley.contracts.event.EventHeaders;
import dev.parley.contracts.event.MalformedEventException;
import dev.parley.contracts.id.GenerationId;
import dev.parley.contracts.topic.Topics;
import dev.parley.replay.kafka.TopicReader;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** The latest deletion of each deleted conversation on {@code chat.turns}. Holds one entry per deleted conversation. */
public final class DeletedConversations {
    static final DeletedConversations NONE = new DeletedConversations();

    /** How long before a record its deletion may be written: the generation was still running. */
    private static final Duration GENERATION_MAX = Duration.ofHours(1);

    private record Conversation(String tenant, String id) {}

    private final Map<Conversation, Instant> deletedAt = new HashMap<>();

    private DeletedConversations() {}

    /** Reads the deletions that can apply to records from {@code since} on. */
    public static DeletedConversations read(TopicReader reader, Optional<Instant> since) throws IOException {
        DeletedConversations deleted = new DeletedConversations();
        reader.readAll(Topics.TURNS.name(), since.map(time -> time.minus(GENERATION_MAX)), deleted::add);
        return deleted;
    }

    private void add(ConsumerRecord<byte[], byte[]> record) {
        try {
            if (ChangeCodec.carries(record.headers())
                    && ChangeCodec.decode(record.headers(), record.value()) instanceof ConversationDeleted deletion) {
                deletedAt.merge(
                        new Conversation(
                                deletion.tenant().value(),
                                deletion.conversation().value()),
                        deletion.deletedAt(),
                        (one, other) -> one.isAfter(other) ? one : other);
            }
        } catch (MalformedEventException | IllegalArgumentException e) {
            // A malformed event deletes nothing. An export of chat.turns shows it with its error.
        }
    }

    /** Whether the record belongs to a generation that was deleted with its conversation. */
    public boolean includes(ConsumerRecord<byte[], byte[]> record) {
        if (deletedAt.isEmpty()) {
            return false;
        }
        EventHeaders headers = new EventHeaders(record.headers());
        return headers.find(CloudEvent.TENANT)
                .flatMap(tenant -> headers.find(CloudEvent.CONVERSATION).map(id -> new Conversation(tenant, id)))
                .map(deletedAt::get)
                .flatMap(at -> generation(headers).map(generation -> ConversationDeleted.covers(at, generation)))
                .orElse(false);
    }

    private static Optional<GenerationId> generation(EventHeaders headers) {
        try {
            return headers.find(CloudEvent.GENERATION).map(GenerationId::new);
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }
}
