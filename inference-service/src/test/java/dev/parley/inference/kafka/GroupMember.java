package dev.parley.inference.kafka;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.CommitFailedException;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.Metric;
import org.apache.kafka.common.MetricName;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.TimeoutException;

/** A consumer of {@code chat.requests} that records its commits and can be expelled from its group. */
public final class GroupMember extends MockConsumer<String, byte[]> {
    private static final Duration LONGEST_POLL = Duration.ofMillis(5);

    public final Map<TopicPartition, Long> done = new ConcurrentHashMap<>();
    private final Set<TopicPartition> paused = ConcurrentHashMap.newKeySet();
    private final BlockingQueue<ConsumerRecord<String, byte[]>> given = new LinkedBlockingQueue<>();
    private final AtomicInteger polls = new AtomicInteger();
    public volatile int commits;
    public volatile int refusals;
    public volatile boolean expelled;
    /** Whether the group answers no commit; one without a timeout waits. */
    public volatile boolean unanswered;

    /** Leaving the group waits for it. */
    public volatile CountDownLatch beforeLeaving = new CountDownLatch(0);

    public GroupMember() {
        super("earliest");
    }

    /** Returns a record from the next poll in which its partition is not paused. */
    public void give(ConsumerRecord<String, byte[]> next) {
        given.add(next);
    }

    public int polls() {
        return polls.get();
    }

    @Override
    public synchronized ConsumerRecords<String, byte[]> poll(Duration timeout) {
        polls.incrementAndGet();
        super.poll(timeout);
        List<ConsumerRecord<String, byte[]>> brought = new ArrayList<>();
        try {
            ConsumerRecord<String, byte[]> first = given.poll(LONGEST_POLL.toNanos(), TimeUnit.NANOSECONDS);
            if (first != null) {
                brought.add(first);
                given.drainTo(brought);
            }
        } catch (InterruptedException e) {
            throw new InterruptException(e);
        }
        brought.stream().filter(each -> paused.contains(partition(each))).forEach(given::add);
        brought.removeIf(each -> paused.contains(partition(each)));
        return new ConsumerRecords<>(brought.stream().collect(Collectors.groupingBy(GroupMember::partition)), Map.of());
    }

    private static TopicPartition partition(ConsumerRecord<?, ?> brought) {
        return new TopicPartition(brought.topic(), brought.partition());
    }

    @Override
    public synchronized void pause(Collection<TopicPartition> partitions) {
        paused.addAll(partitions);
    }

    @Override
    public synchronized void resume(Collection<TopicPartition> partitions) {
        paused.removeAll(partitions);
    }

    @Override
    public synchronized Set<TopicPartition> paused() {
        return Set.copyOf(paused);
    }

    @Override
    public synchronized long position(TopicPartition partition) {
        return done.getOrDefault(partition, 0L);
    }

    @Override
    public synchronized void commitSync(Map<TopicPartition, OffsetAndMetadata> offsets) {
        try {
            while (unanswered) {
                wait();
            }
        } catch (InterruptedException e) {
            throw new InterruptException(e);
        }
        commit(offsets);
    }

    private synchronized void commit(Map<TopicPartition, OffsetAndMetadata> offsets) {
        if (expelled) {
            refusals++;
            throw new CommitFailedException("no member any more");
        }
        commits++;
        offsets.forEach((partition, offset) -> done.put(partition, offset.offset()));
    }

    @Override
    public void commitSync(Map<TopicPartition, OffsetAndMetadata> offsets, Duration timeout) {
        if (unanswered) {
            throw new TimeoutException("no answer within " + timeout);
        }
        commit(offsets);
    }

    /** Gives all partitions back, and leaves the group. */
    @Override
    public void close() {
        try {
            beforeLeaving.await();
        } catch (InterruptedException e) {
            throw new InterruptException(e);
        }
        rebalance(List.of());
        super.close();
    }

    @Override
    public synchronized Map<TopicPartition, OffsetAndMetadata> committed(
            Set<TopicPartition> partitions, Duration timeout) {
        Map<TopicPartition, OffsetAndMetadata> committed = new HashMap<>();
        partitions.forEach(each -> committed.put(each, new OffsetAndMetadata(done.getOrDefault(each, 0L))));
        return committed;
    }

    @Override
    public synchronized Map<MetricName, ? extends Metric> metrics() {
        MetricName name = new MetricName("heartbeat-total", "consumer-coordinator-metrics", "", Map.of());
        return Map.of(name, new Metric() {
            @Override
            public MetricName metricName() {
                return name;
            }

            @Override
            public Object metricValue() {
                return 0.0;
            }
        });
    }
}
