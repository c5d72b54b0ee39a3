package dev.parley.replay;

import dev.parley.contracts.event.CloudEvent;
import dev.parley.contracts.event.ConversationCodec;
import dev.parley.contracts.event.ConversationDeleted;
import dev.parley.contracts.event.EventHeaders;
import dev.parley.contracts.event.MalformedEventException;
import dev.parley.contracts.id.GenerationId;
import dev.parley.contracts.topic.Topics;
import dev.parley.replay.kafka.TopicCatalog;
import dev.parley.replay.kafka.TopicReader;
import dev.parley.replay.kafka.TopicReader.Next;
import dev.parley.replay.kafka.TopicReader.Sink;
import dev.parley.replay.selection.Extent;
import dev.parley.replay.selection.Filter;
import dev.parley.replay.selection.Slice;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.IsolationLevel;

/**
 * The conversations that clients have deleted, by what {@code chat.turns} holds when it is made: of each, its latest
 * deletion. One entry a deleted conversation.
 */
final class DeletedConversations {
    /** None. */
    static final DeletedConversations NONE = new DeletedConversations();

    /** A turn may come later than the deletion that covers it: a generation that still ran. */
    private static final Duration STRAGGLERS = Duration.ofHours(1);

    private record Name(String tenant, String conversation) {}

    private final Map<Name, Instant> deletedAt = new HashMap<>();

    private DeletedConversations() {}

    /**
     * Reads those that may cover a record of this time, or a later one.
     *
     * @param stopping is told what ends the reading
     */
    static DeletedConversations read(
            String bootstrapServers, Optional<Instant> since, Clock clock, Consumer<Runnable> stopping)
            throws IOException {
        DeletedConversations deleted = new DeletedConversations();
        int partitions = partitions(bootstrapServers);
        Filter filter = new Filter(
                Set.of(), Set.of(), Set.of(), Set.of(), since.map(time -> time.minus(STRAGGLERS)), Optional.empty());
        try (TopicReader reader =
                new TopicReader(bootstrapServers, Topics.TURNS.name(), IsolationLevel.READ_COMMITTED, clock)) {
            stopping.accept(reader::stop);
            List<Slice> slices = reader
                    .extents(IntStream.range(0, partitions).boxed().toList(), filter)
                    .stream()
                    .map(DeletedConversations::toTheEnd)
                    .toList();
            boolean _ = reader.read(slices, deleted.new Reading());
        }
        return deleted;
    }

    private static int partitions(String bootstrapServers) {
        try (TopicCatalog catalog = new TopicCatalog(bootstrapServers)) {
            return catalog.partitions(Topics.TURNS.name()).orElse(0);
        }
    }

    private static Slice toTheEnd(Extent extent) {
        return new Slice(extent.partition(), extent.since(), extent.end());
    }

    /** Whether a record is about a generation that was deleted with its conversation. */
    boolean cover(ConsumerRecord<byte[], byte[]> record) {
        if (deletedAt.isEmpty()) {
            return false;
        }
        EventHeaders headers = new EventHeaders(record.headers());
        return name(headers)
                .map(deletedAt::get)
                .flatMap(at -> generation(headers).map(made -> ConversationDeleted.covers(at, made)))
                .orElse(false);
    }

    private static Optional<Name> name(EventHeaders headers) {
        return headers.find(CloudEvent.TENANT)
                .flatMap(tenant ->
                        headers.find(CloudEvent.CONVERSATION).map(conversation -> new Name(tenant, conversation)));
    }

    private static Optional<GenerationId> generation(EventHeaders headers) {
        try {
            return headers.find(CloudEvent.GENERATION).map(GenerationId::new);
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    /** Takes deletions out of all that is on the topic. */
    private final class Reading implements Sink {
        @Override
        public Next take(ConsumerRecord<byte[], byte[]> record) {
            if (ConversationCodec.carries(record.headers())) {
                add(record);
            }
            return Next.RECORD;
        }

        private void add(ConsumerRecord<byte[], byte[]> record) {
            try {
                if (ConversationCodec.decode(record.headers(), record.value())
                        instanceof ConversationDeleted deletion) {
                    Name name = new Name(
                            deletion.tenant().value(), deletion.conversation().value());
                    deletedAt.merge(name, deletion.deletedAt(), (one, other) -> one.isAfter(other) ? one : other);
                }
            } catch (MalformedEventException | IllegalArgumentException e) {
                // It is shown as it is when its topic is read; it deletes nothing.
            }
        }

        @Override
        public void progressed(long offsetsRead) {
            // A person sees the reading of what was asked for.
        }

        @Override
        public void caughtUp() {
            // There is nothing to flush.
        }
    }
}
