package dev.parley.replay;

import dev.parley.contracts.event.ChangeCodec;
import dev.parley.contracts.event.CloudEvent;
import dev.parley.contracts.event.ConversationDeleted;
import dev.parley.contracts.event.EventHeaders;
import dev.parley.contracts.event.MalformedEventException;
import dev.parley.contracts.id.ConversationId;
import dev.parley.contracts.id.GenerationId;
import dev.parley.contracts.id.TenantId;
import dev.parley.contracts.topic.Topics;
import dev.parley.eventlog.deletion.Deletions;
import dev.parley.replay.kafka.TopicReader;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** The deletions of conversations on {@code chat.turns}. Holds one entry per deleted conversation. */
public final class DeletedConversations {
    /** For topics whose records do not name a conversation. */
    static final DeletedConversations NONE = new DeletedConversations();

    /** How long before a record its deletion may be written: the generation was still running. */
    private static final Duration GENERATION_MAX = Duration.ofHours(1);

    private final Deletions deletions = new Deletions();

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
                deletions.add(deletion);
            }
        } catch (MalformedEventException | IllegalArgumentException e) {
            // A malformed event deletes nothing. An export of chat.turns shows it with its error.
        }
    }

    /** Whether the record belongs to a generation that was deleted with its conversation. */
    public boolean includes(ConsumerRecord<byte[], byte[]> record) {
        if (this == NONE) {
            return false;
        }
        EventHeaders headers = new EventHeaders(record.headers());
        try {
            return deletions.cover(
                    headers.require(CloudEvent.TENANT, TenantId::new),
                    headers.require(CloudEvent.CONVERSATION, ConversationId::new),
                    headers.require(CloudEvent.GENERATION, GenerationId::new));
        } catch (MalformedEventException e) {
            return false;
        }
    }
}
