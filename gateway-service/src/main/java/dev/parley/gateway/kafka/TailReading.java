package dev.parley.gateway.kafka;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.parley.contracts.event.ChangeCodec;
import dev.parley.contracts.event.CloudEvent;
import dev.parley.contracts.event.ConversationDeleted;
import dev.parley.contracts.event.EventHeaders;
import dev.parley.contracts.event.MalformedEventException;
import dev.parley.contracts.event.Turn;
import dev.parley.contracts.event.TurnCodec;
import dev.parley.contracts.event.TurnFacts;
import dev.parley.contracts.id.ConversationId;
import dev.parley.contracts.id.GenerationId;
import dev.parley.contracts.topic.Topics;
import dev.parley.gateway.conversation.ConversationName;
import dev.parley.gateway.conversation.ConversationTail;
import dev.parley.gateway.conversation.History;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.function.BooleanSupplier;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.utils.Utils;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads the partition of one conversation from the committed offset of the group that writes the table. Confined to one
 * thread.
 */
final class TailReading {
    private static final Logger LOG = LoggerFactory.getLogger(TailReading.class);
    private static final Duration POLL = Duration.ofMillis(100);

    private final ConversationName name;
    private final Consumer<String, byte[]> consumer;
    private final long deadline;
    private final ConversationTail tail = new ConversationTail();
    private final TopicPartition partition;
    private final long end;

    /**
     * Assigns the consumer to the partition and seeks to the committed offset.
     *
     * @param consumer of committed records
     * @param deadline by {@link System#nanoTime()}
     */
    TailReading(ConversationName name, Consumer<String, byte[]> consumer, Admin admin, long deadline) {
        this.name = name;
        this.consumer = consumer;
        this.deadline = deadline;
        this.partition = partition(name.conversation(), consumer);
        consumer.assign(List.of(partition));
        this.end = end(partition, admin);
        OffsetAndMetadata committed = consumer.committed(Set.of(partition)).get(partition);
        if (committed == null) {
            consumer.seekToBeginning(List.of(partition));
        } else {
            consumer.seek(partition, Math.min(committed.offset(), end));
        }
    }

    /** The partition of {@code chat.turns} with the turns of a conversation. */
    static TopicPartition partition(ConversationId conversation, Consumer<String, byte[]> consumer) {
        int partitions = consumer.partitionsFor(Topics.TURNS.name()).size();
        if (partitions == 0) {
            throw new KafkaException("there is no topic " + Topics.TURNS.name());
        }
        byte[] key = conversation.value().getBytes(UTF_8);
        return new TopicPartition(Topics.TURNS.name(), Utils.toPositive(Utils.murmur2(key)) % partitions);
    }

    /**
     * The end of a partition, behind the records of open transactions. The consumer, whose end is the first of those, reaches it
     * when they have ended.
     */
    private static long end(TopicPartition partition, Admin admin) {
        try {
            return admin.listOffsets(Map.of(partition, OffsetSpec.latest()))
                    .partitionResult(partition)
                    .get()
                    .offset();
        } catch (ExecutionException e) {
            throw new KafkaException("the end of " + partition + " is unknown", e.getCause());
        } catch (InterruptedException e) {
            throw new InterruptException(e);
        }
    }

    /**
     * Reads up to the end that the log had when the reading started, once no transaction from before it is open; false if the
     * deadline passes first.
     */
    boolean readToEnd() {
        return read(() -> consumer.position(partition) >= end);
    }

    /** Reads on until the tail covers a generation; false if the deadline passes first. */
    boolean readUntil(GenerationId generation) {
        return read(() -> tail.covers(generation));
    }

    private boolean read(BooleanSupplier enough) {
        while (!enough.getAsBoolean()) {
            if (System.nanoTime() - deadline >= 0) {
                return false;
            }
            consumer.poll(POLL).forEach(this::add);
        }
        return true;
    }

    private void add(ConsumerRecord<String, byte[]> event) {
        EventHeaders headers = new EventHeaders(event.headers());
        if (!name.conversation().value().equals(event.key())
                || !headers.has(CloudEvent.TENANT, name.tenant().value())) {
            return;
        }
        try {
            if (ChangeCodec.carries(event.headers())) {
                if (ChangeCodec.decode(event.headers(), event.value()) instanceof ConversationDeleted deleted) {
                    tail.delete(deleted.deletedAt());
                }
                return;
            }
            GenerationId generation = headers.require(CloudEvent.GENERATION, GenerationId::new);
            if (headers.require(CloudEvent.TYPE).equals(TurnCodec.CHAT_COMPLETED)) {
                tail.add(new ConversationTail.Completed(generation, event.value().length, () -> history(event)));
            } else {
                tail.add(generation);
            }
        } catch (MalformedEventException e) {
            LOG.warn("Ignoring a malformed event at {}-{}: {}", event.partition(), event.offset(), e.reason());
        }
    }

    private static History history(ConsumerRecord<String, byte[]> event) {
        Turn turn = TurnCodec.decode(event.headers(), event.value());
        TurnFacts facts = turn.facts();
        return History.after(facts.generation(), facts.model(), facts.escalates(), facts.request(), turn.message());
    }

    ConversationTail tail() {
        return tail;
    }
}
