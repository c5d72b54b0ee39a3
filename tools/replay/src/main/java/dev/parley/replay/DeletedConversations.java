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
import java.util.List;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** The deletions of conversations on {@code chat.turns}. Holds one entry per deleted conversation. */
public final class DeletedConversations {
    /** For topics whose records do not name a conversation. */
    static final DeletedConversations NONE = new DeletedConversations();

    /** How much later than a following deletion a request may be: clocks and delays differ between gateways. */
    private static final Duration DISORDER_MAX = Duration.ofHours(1);

    private final Deletions deletions = new Deletions();

    private DeletedConversations() {}

    /** Reads all deletions that can apply to records of a topic from {@code since} on. */
    public static DeletedConversations read(TopicReader reader, String topic, Optional<Instant> since)
            throws IOException {
        return readFrom(reader, since.flatMap(time -> delayMax(topic).map(time::minus)));
    }

    /** Reads those that can apply to records from {@code since} on that were written soon, which takes less time. */
    static DeletedConversations readRecent(TopicReader reader, Optional<Instant> since) throws IOException {
        return readFrom(reader, since.map(time -> time.minus(DISORDER_MAX)));
    }

    /** Reads all that can apply to these records: no deletion is older than what it deletes. */
    public static DeletedConversations read(TopicReader reader, List<ConsumerRecord<byte[], byte[]>> records)
            throws IOException {
        Optional<Instant> oldest = Optional.empty();
        for (ConsumerRecord<byte[], byte[]> record : records) {
            try {
                Instant madeAt = madeAt(new EventHeaders(record.headers()));
                oldest = oldest.filter(before -> before.isBefore(madeAt)).or(() -> Optional.of(madeAt));
            } catch (MalformedEventException e) {
                // It is in no conversation.
            }
        }
        return oldest.isEmpty() ? NONE : readRecent(reader, oldest);
    }

    private static DeletedConversations readFrom(TopicReader reader, Optional<Instant> time) throws IOException {
        DeletedConversations deleted = new DeletedConversations();
        // Deletions are in no transaction, and one that stays open hides none.
        reader.readAllWritten(Topics.TURNS.name(), time, deleted::add);
        return deleted;
    }

    /** How long after the deletion of its generation a record may be written; empty if there is no bound. */
    private static Optional<Duration> delayMax(String topic) {
        if (topic.equals(Topics.REQUESTS.name())) {
            return Optional.of(DISORDER_MAX);
        }
        // The turn of a request that waited. A dead letter or a trial may be of any earlier turn.
        return topic.equals(Topics.TURNS.name()) ? Optional.of(Topics.REQUESTS.retention()) : Optional.empty();
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

    /**
     * Whether the record belongs to a generation that was deleted with its conversation, or has no generation and is not later
     * than the deletion: the title of a conversation. A deletion itself has no content, and is not included.
     */
    public boolean includes(ConsumerRecord<byte[], byte[]> record) {
        EventHeaders headers = new EventHeaders(record.headers());
        if (this == NONE || headers.isOf(ChangeCodec.CONVERSATION_DELETED)) {
            return false;
        }
        try {
            Optional<Instant> deletedAt = deletions.deletedAt(
                    headers.require(CloudEvent.TENANT, TenantId::new),
                    headers.require(CloudEvent.CONVERSATION, ConversationId::new));
            return deletedAt.isPresent() && !madeAt(headers).isAfter(deletedAt.get());
        } catch (MalformedEventException e) {
            return false;
        }
    }

    private static Instant madeAt(EventHeaders headers) {
        return headers.find(CloudEvent.GENERATION, GenerationId::new)
                .map(GenerationId::madeAt)
                .orElseGet(() -> headers.requireInstant(CloudEvent.TIME));
    }
}
