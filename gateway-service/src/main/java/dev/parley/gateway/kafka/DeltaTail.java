package dev.parley.gateway.kafka;

import dev.parley.contracts.delta.DeltaCodec;
import dev.parley.contracts.event.MalformedEventException;
import dev.parley.contracts.event.ReplyAddress;
import dev.parley.contracts.topic.Topics;
import dev.parley.gateway.answer.OpenAnswers;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tails this replica's partition of {@code chat.deltas} and hands what it reads to the open answers. One thread; a
 * broken Kafka client is replaced and goes on where the last one stopped.
 */
public final class DeltaTail implements Runnable {
    private static final Logger LOG = LoggerFactory.getLogger(DeltaTail.class);
    private static final Duration POLL = Duration.ofMillis(200);
    private static final Duration TICK = Duration.ofSeconds(1);
    private static final long UNKNOWN = -1;

    private final Supplier<Consumer<String, byte[]>> consumers;
    private final OpenAnswers answers;
    private final TopicPartition partition;
    private final CountDownLatch stopping = new CountDownLatch(1);
    private final CountDownLatch stopped = new CountDownLatch(1);
    private volatile long position = UNKNOWN;
    private volatile long polledAt = System.nanoTime();
    private long nextTick = System.nanoTime();

    public DeltaTail(Supplier<Consumer<String, byte[]>> consumers, OpenAnswers answers, KafkaSettings settings) {
        this.consumers = consumers;
        this.answers = answers;
        int partitions = Topics.DELTAS.partitions();
        int wanted = settings.replyPartition() < 0
                ? ThreadLocalRandom.current().nextInt(partitions)
                : settings.replyPartition() % partitions;
        this.partition = new TopicPartition(Topics.DELTAS.name(), wanted);
    }

    /** Where the pieces of a new answer are to go; empty until the log was reached for the first time. */
    public Optional<ReplyAddress> address() {
        long now = position;
        return now == UNKNOWN ? Optional.empty() : Optional.of(new ReplyAddress(partition.partition(), now));
    }

    /** Whether the log was asked for news so lately; if not, no answer goes on. */
    public boolean polledWithin(Duration time) {
        return System.nanoTime() - polledAt < time.toNanos();
    }

    /** Until {@link #stop()}. */
    @Override
    public void run() {
        try {
            do {
                attempt();
            } while (!stopping.await(TICK.toMillis(), TimeUnit.MILLISECONDS));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            stopped.countDown();
        }
    }

    public void stop() throws InterruptedException {
        stopping.countDown();
        if (!stopped.await(TICK.multipliedBy(5).toMillis(), TimeUnit.MILLISECONDS)) {
            LOG.warn("The tail did not stop in time");
        }
    }

    /** Whatever it was that failed: without this thread, every answer would be silent. */
    private void attempt() {
        try {
            tickWhenDue();
            tail();
        } catch (RuntimeException | Error e) {
            LOG.warn("Tailing {} failed, beginning anew", partition, e);
        }
    }

    private void tail() {
        try (Consumer<String, byte[]> consumer = consumers.get()) {
            consumer.assign(List.of(partition));
            if (position == UNKNOWN) {
                consumer.seekToEnd(List.of(partition));
            } else {
                consumer.seek(partition, position);
            }
            position = consumer.position(partition);
            LOG.info("Tailing {} from {}", partition, position);
            while (stopping.getCount() > 0) {
                for (ConsumerRecord<String, byte[]> piece : consumer.poll(POLL)) {
                    deliver(piece);
                }
                position = consumer.position(partition);
                polledAt = System.nanoTime();
                tickWhenDue();
            }
        }
    }

    private void deliver(ConsumerRecord<String, byte[]> piece) {
        try {
            answers.offer(piece.partition(), piece.offset(), DeltaCodec.decode(piece));
        } catch (MalformedEventException e) {
            LOG.warn("Ignoring a malformed piece at {}-{}: {}", piece.partition(), piece.offset(), e.reason());
        }
    }

    private void tickWhenDue() {
        long now = System.nanoTime();
        if (now - nextTick >= 0) {
            nextTick = now + TICK.toNanos();
            answers.tick();
        }
    }
}
