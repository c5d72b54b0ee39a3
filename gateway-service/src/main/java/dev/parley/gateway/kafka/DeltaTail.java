package dev.parley.gateway.kafka;

import dev.parley.contracts.delta.DeltaCodec;
import dev.parley.contracts.event.MalformedEventException;
import dev.parley.contracts.event.ReplyAddress;
import dev.parley.contracts.topic.Topics;
import dev.parley.eventlog.LogTail;
import dev.parley.gateway.answer.OpenAnswers;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reads this replica's partition of {@code chat.deltas} and passes each delta to its open answer. One thread. */
public final class DeltaTail implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(DeltaTail.class);
    private static final Duration POLL = Duration.ofSeconds(1);
    private static final Duration TICK = Duration.ofSeconds(1);
    /** Timeout of a position query, during which no pings are sent. */
    private static final Duration POSITION_TIMEOUT = Duration.ofSeconds(5);

    private static final long UNKNOWN = -1;

    private final LogTail tail;
    private final OpenAnswers answers;
    private final TopicPartition partition;
    private volatile long position = UNKNOWN;
    private volatile long polledAt = System.nanoTime();

    /** Owned by the thread of the tail. */
    private long nextTick = System.nanoTime();

    public DeltaTail(Supplier<Consumer<String, byte[]>> consumers, OpenAnswers answers, KafkaSettings settings) {
        this.tail = new LogTail("delta-tail", consumers, POLL, new Reader());
        this.answers = answers;
        int partitions = Topics.DELTAS.partitions();
        int wanted = settings.replyPartition() < 0
                ? ThreadLocalRandom.current().nextInt(partitions)
                : settings.replyPartition() % partitions;
        this.partition = new TopicPartition(Topics.DELTAS.name(), wanted);
    }

    /** The reply address for a new answer; empty until Kafka was reached for the first time. */
    public Optional<ReplyAddress> address() {
        long now = position;
        return now == UNKNOWN ? Optional.empty() : Optional.of(new ReplyAddress(partition.partition(), now));
    }

    /** Whether the last poll was within this time; if not, open answers make no progress. */
    public boolean polledWithin(Duration time) {
        return System.nanoTime() - polledAt < time.toNanos();
    }

    public void start() {
        tail.start();
    }

    /** Stops reading. Blocks for five seconds at most. */
    @Override
    public void close() {
        tail.stop();
    }

    private final class Reader implements LogTail.Reader {
        @Override
        public void assign(Consumer<String, byte[]> consumer) {
            tickIfDue();
            consumer.assign(List.of(partition));
            if (position == UNKNOWN) {
                consumer.seekToEnd(List.of(partition));
            } else {
                consumer.seek(partition, position);
            }
            position = consumer.position(partition, POSITION_TIMEOUT);
            LOG.info("Reading {} from {}", partition, position);
        }

        @Override
        public void handle(Consumer<String, byte[]> consumer, ConsumerRecords<String, byte[]> records) {
            records.forEach(this::deliver);
            position = consumer.position(partition, POSITION_TIMEOUT);
            polledAt = System.nanoTime();
            tickIfDue();
        }

        private void deliver(ConsumerRecord<String, byte[]> delta) {
            try {
                answers.offer(delta.partition(), delta.offset(), DeltaCodec.decode(delta));
            } catch (MalformedEventException e) {
                LOG.warn("Ignoring a malformed delta at {}-{}: {}", delta.partition(), delta.offset(), e.reason());
            }
        }

        private void tickIfDue() {
            long now = System.nanoTime();
            if (now - nextTick >= 0) {
                nextTick = now + TICK.toNanos();
                answers.tick();
            }
        }
    }
}
