package dev.parley.gateway.kafka;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.parley.contracts.event.ChangeCodec;
import dev.parley.contracts.event.CloudEvent;
import dev.parley.contracts.event.ConversationDeleted;
import dev.parley.contracts.event.EventHeaders;
import dev.parley.contracts.event.MalformedEventException;
import dev.parley.contracts.event.Turn;
import dev.parley.contracts.event.TurnCodec;
import dev.parley.contracts.id.ConversationId;
import dev.parley.contracts.id.GenerationId;
import dev.parley.contracts.topic.Topics;
import dev.parley.gateway.conversation.ConversationName;
import dev.parley.gateway.conversation.ConversationTail;
import dev.parley.gateway.conversation.History;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.function.LongConsumer;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.utils.Utils;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads the partition of one conversation from the committed offset of the group that writes the table. Confined to one
 * thread.
 *
 * <p>Turns have up to 18 MB, so readings fetch a few at a time, and only what is there: one that waits for turns does not keep the
 * others from fetching.
 */
final class TailReading {
    private static final Logger LOG = LoggerFactory.getLogger(TailReading.class);
    /** Between two looks for records that may come. A fetch would wait for them, and keep its place of a few meanwhile. */
    private static final long PAUSE_MS = 20;
    /** How long a call may outlast the deadline, so that one shortly before it does not look like an outage. */
    private static final Duration GRACE = Duration.ofSeconds(1);

    /** Asks for the present end of a partition, for at most the timeout. */
    @FunctionalInterface
    interface Ends {
        long of(TopicPartition partition, IsolationLevel level, Duration timeout);
    }

    private final ConversationName name;
    private final Consumer<String, byte[]> consumer;
    private final Ends ends;
    private final BoundedFetches fetches;
    private final LongConsumer heap;
    private final long deadline;
    private final ConversationTail tail;
    private final TopicPartition partition;
    /** The consumer, whose end is the first record of an open transaction, reaches it when all of them have ended. */
    private final long end;
    /** The most bytes that were in memory at once. */
    private long counted;

    /**
     * Assigns the consumer to the partition and seeks to the committed offset.
     *
     * @param named the generation that the client names
     * @param consumer of committed records; receives fetched ones in polls only, which is why it is not asked for ends
     * @param fetches of all readings
     * @param heap gets the bytes of records before any is kept, and may throw to end the reading
     * @param deadline by {@link System#nanoTime()}
     * @throws KafkaException if a call has no response a second after the deadline; so do the methods that read
     */
    TailReading(
            ConversationName name,
            Optional<GenerationId> named,
            Consumer<String, byte[]> consumer,
            Ends ends,
            BoundedFetches fetches,
            LongConsumer heap,
            long deadline) {
        this.name = name;
        this.tail = new ConversationTail(named);
        this.consumer = consumer;
        this.ends = ends;
        this.fetches = fetches;
        this.heap = heap;
        this.deadline = deadline;
        this.partition = partition(name.conversation(), consumer.partitionsFor(Topics.TURNS.name(), left()));
        consumer.assign(List.of(partition));
        this.end = ends.of(partition, IsolationLevel.READ_UNCOMMITTED, left());
        OffsetAndMetadata committed =
                consumer.committed(Set.of(partition), left()).get(partition);
        if (committed == null) {
            consumer.seekToBeginning(List.of(partition));
        } else {
            consumer.seek(partition, Math.min(committed.offset(), end));
        }
    }

    /** The partition of {@code chat.turns} with the turns of a conversation. */
    static TopicPartition partition(ConversationId conversation, List<PartitionInfo> partitions) {
        if (partitions.isEmpty()) {
            throw new KafkaException("there is no topic " + Topics.TURNS.name());
        }
        byte[] key = conversation.value().getBytes(UTF_8);
        return new TopicPartition(Topics.TURNS.name(), Utils.toPositive(Utils.murmur2(key)) % partitions.size());
    }

    /**
     * Reads up to the end that the log had when the reading started, once no transaction from before it is open; false if the
     * deadline passes first.
     */
    boolean readToEnd() {
        return read(() -> position() >= end);
    }

    /** Reads on until the tail covers a generation; false if the deadline passes first. */
    boolean readUntil(GenerationId generation) {
        return read(() -> tail.covers(generation));
    }

    private boolean read(BooleanSupplier enough) {
        while (!enough.getAsBoolean()) {
            long nanos = deadline - System.nanoTime();
            if (nanos <= 0) {
                return false;
            }
            try {
                if (awaitRecords(consumer, partition, ends, this::left)) {
                    fetches.poll(consumer, Topics.TURNS, Duration.ofNanos(nanos), this::counted)
                            .ifPresent(records -> records.forEach(this::add));
                }
            } catch (InterruptedException e) {
                throw new InterruptException(e);
            }
        }
        return true;
    }

    /**
     * Whether there are committed records after the position of a consumer; otherwise pauses. Nothing tells a reader without a fetch
     * that they come.
     *
     * @param left how long a call may take
     */
    static boolean awaitRecords(
            Consumer<String, byte[]> consumer, TopicPartition partition, Ends ends, Supplier<Duration> left)
            throws InterruptedException {
        if (consumer.position(partition, left.get()) < ends.of(partition, IsolationLevel.READ_COMMITTED, left.get())) {
            return true;
        }
        Thread.sleep(PAUSE_MS);
        return false;
    }

    /** After the election of a leader, which has to confirm it. */
    private long position() {
        return consumer.position(partition, left());
    }

    /** How long a call may wait, such as for a partition to have a leader again. */
    private Duration left() {
        return Duration.ofNanos(Math.max(0, deadline - System.nanoTime() + GRACE.toNanos()));
    }

    /** The records of one poll, which count. */
    private ConsumerRecords<String, byte[]> counted(ConsumerRecords<String, byte[]> records) {
        long bytes = tail.bytes();
        for (ConsumerRecord<String, byte[]> event : records) {
            bytes += bytes(event);
        }
        if (bytes > counted) {
            heap.accept(bytes - counted);
            counted = bytes;
        }
        return records;
    }

    /** With its headers: one has the events of the answer. */
    static long bytes(ConsumerRecord<String, byte[]> event) {
        long bytes = event.serializedValueSize();
        for (Header header : event.headers()) {
            byte[] value = header.value();
            bytes += value == null ? 0 : value.length;
        }
        return bytes;
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
                tail.add(new ConversationTail.Completed(generation, bytes(event), () -> history(event)));
            } else {
                tail.add(generation);
            }
        } catch (MalformedEventException e) {
            LOG.warn("Ignoring a malformed event at {}-{}: {}", event.partition(), event.offset(), e.reason());
        }
    }

    private static History history(ConsumerRecord<String, byte[]> event) {
        Turn turn = TurnCodec.decode(event.headers(), event.value());
        return History.after(turn.facts(), turn.message());
    }

    ConversationTail tail() {
        return tail;
    }
}
