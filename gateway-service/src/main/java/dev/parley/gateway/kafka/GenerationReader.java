package dev.parley.gateway.kafka;

import dev.parley.contracts.delta.Delta;
import dev.parley.contracts.delta.DeltaCodec;
import dev.parley.contracts.event.MalformedEventException;
import dev.parley.contracts.id.GenerationId;
import dev.parley.contracts.topic.Topics;
import dev.parley.gateway.answer.EventId;
import dev.parley.gateway.answer.ResumedAnswer;
import dev.parley.gateway.answer.SseIds;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.OffsetAndTimestamp;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reads one generation from its first record on, for one reader, with a Kafka consumer of its own. */
public final class GenerationReader {
    private static final Logger LOG = LoggerFactory.getLogger(GenerationReader.class);
    private static final Duration POLL = Duration.ofMillis(500);
    /** The largest difference between the clocks of gateways and of inference-service. */
    private static final Duration CLOCK_SKEW = Duration.ofSeconds(5);

    private final Supplier<Consumer<String, byte[]>> consumers;
    /** For what is on the log. Where it ends, a reader waits, and what comes then comes once. */
    private final BoundedFetches fetches;

    private final ResumedAnswer answer;
    /** Identifies the key of the reader. */
    private final String key;
    /** Shared by all readers. */
    private final LateSearches lateSearches;

    private final TopicPartition partition;
    private final AtomicBoolean closed = new AtomicBoolean();
    private volatile @Nullable Consumer<String, byte[]> reading;

    GenerationReader(
            Supplier<Consumer<String, byte[]>> consumers,
            BoundedFetches fetches,
            ResumedAnswer answer,
            String key,
            LateSearches lateSearches) {
        this.consumers = consumers;
        this.fetches = fetches;
        this.answer = answer;
        this.key = key;
        this.lateSearches = lateSearches;
        this.partition =
                new TopicPartition(Topics.DELTAS.name(), answer.generation().deltaPartition());
    }

    public ResumedAnswer answer() {
        return answer;
    }

    /** Ends the reading at once, because the reader has disconnected; true for the first call. */
    public boolean close() {
        if (closed.getAndSet(true)) {
            return false;
        }
        answer.leave();
        Consumer<String, byte[]> consumer = reading;
        if (consumer != null) {
            consumer.wakeup();
        }
        return true;
    }

    /** Reads until the answer ends or the reader disconnects. */
    void run() throws InterruptedException {
        try {
            Consumer<String, byte[]> consumer = consumers.get();
            try {
                reading = consumer;
                if (!answer.isDone()) {
                    read(consumer);
                }
            } finally {
                reading = null;
                // Nothing to commit; the fetch in flight is not awaited.
                consumer.close(CloseOptions.timeout(Duration.ZERO));
            }
        } catch (WakeupException e) {
            LOG.debug("The reader of {} has disconnected", answer.generation());
        } catch (RuntimeException | Error e) {
            LOG.warn("{} cannot be resumed", answer.generation(), e);
            answer.broken(e);
        }
    }

    private void read(Consumer<String, byte[]> consumer) throws InterruptedException {
        if (consumer.partitionsFor(partition.topic()).size() <= partition.partition()) {
            answer.unknown();
            return;
        }
        consumer.assign(List.of(partition));
        long beginning = consumer.beginningOffsets(List.of(partition)).getOrDefault(partition, 0L);
        long end = consumer.endOffsets(List.of(partition)).getOrDefault(partition, 0L);
        long start = start(consumer, partition, answer.generation(), end);
        // Twice: the first record of this generation, and the records around it, are of different clocks.
        long late = offset(consumer, partition, answer.endsBefore().plus(CLOCK_SKEW.multipliedBy(2)), Long.MAX_VALUE);
        Optional<EventId> after = answer.after().filter(id -> id.offset() >= beginning);
        if (after.isPresent() && !(after.get().offset() < end && isOfAnswer(consumer, after.get()))) {
            answer.foreignEvent();
            return;
        }
        consumer.seek(partition, start);
        readWhile(consumer, end, () -> !answer.isFound() && consumer.position(partition) < late);
        if (!answer.isFound() && !answer.isDone()) {
            searchLate(consumer, end);
        }
        readWhile(consumer, end, () -> true);
    }

    private void searchLate(Consumer<String, byte[]> consumer, long end) throws InterruptedException {
        if (lateSearches.tryBegin(key)) {
            try {
                readWhile(consumer, end, () -> !answer.isFound());
            } finally {
                lateSearches.end(key);
            }
        } else {
            answer.tooManyLate();
        }
    }

    /**
     * Delivers what is of the answer, until that has ended.
     *
     * @param end of the partition at the start
     * @param more whether to read on
     */
    private void readWhile(Consumer<String, byte[]> consumer, long end, BooleanSupplier more)
            throws InterruptedException {
        while (!answer.isDone() && more.getAsBoolean()) {
            for (ConsumerRecord<String, byte[]> piece : poll(consumer, consumer.position(partition) < end)) {
                if (answer.generation().value().equals(piece.key())) {
                    deliver(piece);
                }
            }
            answer.tick(consumer.position(partition) >= end);
        }
    }

    /**
     * The offset before which a partition has no record of a generation, by the time in its id. Blocks.
     *
     * @param end the end of the partition, read before this search, so that a record that is written meanwhile is not missed
     */
    static long start(Consumer<String, byte[]> consumer, TopicPartition partition, GenerationId generation, long end) {
        return offset(consumer, partition, generation.madeAt().minus(CLOCK_SKEW), end);
    }

    /** The offset of the first record at or after a time; without one, another offset. */
    private static long offset(
            Consumer<String, byte[]> consumer, TopicPartition partition, Instant time, long otherwise) {
        OffsetAndTimestamp found =
                consumer.offsetsForTimes(Map.of(partition, time.toEpochMilli())).get(partition);
        return found == null ? otherwise : found.offset();
    }

    private ConsumerRecords<String, byte[]> poll(Consumer<String, byte[]> consumer, boolean isThere)
            throws InterruptedException {
        ConsumerRecords<String, byte[]> records = isThere
                ? fetches.poll(consumer, Topics.DELTAS, POLL, Function.identity())
                        .orElse(ConsumerRecords.empty())
                : consumer.poll(POLL);
        if (!records.isEmpty()) {
            answer.progressed();
        }
        return records;
    }

    /** Whether an event that the log has is one of this answer. */
    private boolean isOfAnswer(Consumer<String, byte[]> consumer, EventId event) throws InterruptedException {
        consumer.seek(partition, event.offset());
        while (!answer.isDone()) {
            ConsumerRecords<String, byte[]> pieces = poll(consumer, true);
            if (pieces.isEmpty() && consumer.position(partition) > event.offset()) {
                // The end of a transaction, which is not a record.
                return false;
            } else if (!pieces.isEmpty()) {
                ConsumerRecord<String, byte[]> piece = pieces.iterator().next();
                return piece.offset() == event.offset() && has(piece, event.frame());
            }
            answer.tick(false);
        }
        return true;
    }

    private boolean has(ConsumerRecord<String, byte[]> piece, int frame) {
        try {
            return answer.generation().value().equals(piece.key())
                    && DeltaCodec.decode(piece) instanceof Delta.Frames frames
                    && frame < SseIds.count(frames.frames());
        } catch (MalformedEventException e) {
            return false;
        }
    }

    private void deliver(ConsumerRecord<String, byte[]> piece) throws InterruptedException {
        try {
            DeltaCodec.conversation(piece.headers()).ifPresent(answer::belongsTo);
            answer.offer(piece.partition(), piece.offset(), DeltaCodec.decode(piece));
        } catch (MalformedEventException e) {
            LOG.warn("Ignoring a malformed delta at {}-{}: {}", piece.partition(), piece.offset(), e.reason());
        }
    }
}
