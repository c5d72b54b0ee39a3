package dev.parley.eventlog.spring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.LongStream;
import org.apache.kafka.clients.consumer.CommitFailedException;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.GroupAuthorizationException;
import org.apache.kafka.common.errors.RebalanceInProgressException;
import org.apache.kafka.common.errors.TimeoutException;
import org.junit.jupiter.api.Test;
import org.springframework.kafka.core.DefaultKafkaConsumerFactory;
import org.springframework.kafka.listener.BatchListenerFailedException;
import org.springframework.kafka.listener.BatchMessageListener;
import org.springframework.kafka.listener.ContainerProperties;
import org.springframework.kafka.listener.GenericMessageListener;
import org.springframework.kafka.listener.KafkaMessageListenerContainer;
import org.springframework.kafka.listener.MessageListener;
import org.springframework.util.backoff.FixedBackOff;

class ListenerContainersTest {
    private static final TopicPartition PARTITION = new TopicPartition("chat.turns", 0);
    private static final TopicPartition LEADERLESS = new TopicPartition("chat.turns", 1);
    private static final FixedBackOff OFTEN = new FixedBackOff(10, FixedBackOff.UNLIMITED_ATTEMPTS);

    /** An ACL of the group may be created after the service has started. */
    @Test
    void continuesAfterARefusalByTheBrokers() {
        MockConsumer<String, byte[]> consumer = new MockConsumer<>("earliest");
        consumer.setPollException(new GroupAuthorizationException("g"));
        KafkaMessageListenerContainer<String, byte[]> container =
                container(consumer, (MessageListener<String, byte[]>) _ -> {});
        container.start();
        try {
            AtomicBoolean polled = new AtomicBoolean();
            consumer.schedulePollTask(() -> {});
            consumer.schedulePollTask(() -> polled.set(true));
            await().until(polled::get);
            assertThat(container.isInExpectedState()).isTrue();
        } finally {
            container.stop();
        }
    }

    @Test
    void doesNotCommitAFailingBatchWhenItsPartitionIsRevoked() {
        LoggedConsumer consumer = new LoggedConsumer(3);
        AtomicInteger failures = new AtomicInteger();
        KafkaMessageListenerContainer<String, byte[]> container = container(consumer, failingFrom(1, failures));
        container.start();
        try {
            await().until(() -> failures.get() >= 3);
            consumer.schedulePollTask(() -> consumer.rebalance(List.of()));
            await().until(() -> consumer.assignment().isEmpty());
            assertThat(consumer.committed()).isEqualTo(1);
        } finally {
            container.stop();
        }
    }

    @Test
    void doesNotCommitAFailingBatchWhenItStops() {
        LoggedConsumer consumer = new LoggedConsumer(3);
        AtomicInteger failures = new AtomicInteger();
        run(consumer, failingFrom(1, failures), () -> failures.get() >= 3);
        assertThat(consumer.committed()).isEqualTo(1);
    }

    @Test
    void commitsWhatIsDoneOfABatchThatHasFailedBefore() {
        LoggedConsumer consumer = new LoggedConsumer(3);
        AtomicInteger calls = new AtomicInteger();
        BatchMessageListener<String, byte[]> listener = batch -> {
            if (calls.incrementAndGet() == 1) {
                throw new IllegalStateException("the store is down");
            }
            if (batch.size() > 1) {
                throw new BatchListenerFailedException("took long", 1);
            }
        };
        run(consumer, listener, () -> consumer.committed() == 3);
    }

    /** Else the records that a poll returns beside it are lost: the next commit is behind them. */
    @Test
    void passesRecordsOnWhileAnotherPartitionHasNoLeader() {
        LoggedConsumer consumer = new LoggedConsumer(3, PARTITION, LEADERLESS);
        Queue<Long> received = new ConcurrentLinkedQueue<>();
        BatchMessageListener<String, byte[]> listener = batch -> batch.forEach(record -> received.add(record.offset()));
        run(consumer, listener, () -> consumer.committed() == 3);
        assertThat(received).containsExactly(0L, 1L, 2L);
    }

    /** By default Spring repeats the first commit after the next poll, and drops the records of that poll if it fails again. */
    @Test
    void losesNoRecordOfThePollAfterAFailingCommit() {
        LoggedConsumer consumer = new LoggedConsumer(3);
        Queue<Long> received = new ConcurrentLinkedQueue<>();
        BatchMessageListener<String, byte[]> listener = batch -> {
            batch.forEach(record -> received.add(record.offset()));
            if (batch.getFirst().offset() == 0) {
                consumer.failCommits(
                        new RebalanceInProgressException(), new RebalanceInProgressException(), new TimeoutException());
                consumer.schedulePollTask(() -> consumer.append(2));
            }
        };
        run(consumer, listener, () -> consumer.committed() == 5);
        assertThat(received).containsExactly(0L, 1L, 2L, 3L, 4L);
    }

    /** Else processed records count in the lag until there are others. */
    @Test
    void commitsAfterARebalanceWithoutFurtherRecords() {
        LoggedConsumer consumer = new LoggedConsumer(3);
        BatchMessageListener<String, byte[]> listener =
                _ -> consumer.failCommits(new RebalanceInProgressException(), new RebalanceInProgressException());
        run(consumer, listener, () -> consumer.committed() == 3);
    }

    /** Else it could undo what an owner in between has committed. */
    @Test
    void doesNotRepeatACommitAfterLeavingTheGroup() {
        LoggedConsumer consumer = new LoggedConsumer(3);
        AtomicBoolean polled = new AtomicBoolean();
        BatchMessageListener<String, byte[]> listener = _ -> {
            consumer.failCommits(new CommitFailedException());
            consumer.schedulePollTask(() -> {});
            consumer.schedulePollTask(() -> polled.set(true));
        };
        run(consumer, listener, polled::get);
        assertThat(consumer.committed()).isZero();
    }

    @Test
    void commitsNoRecordThatIsToBeReadAgain() {
        LoggedConsumer consumer = new LoggedConsumer(3);
        AtomicInteger failures = new AtomicInteger();
        BatchMessageListener<String, byte[]> failing = failingFrom(3, failures);
        BatchMessageListener<String, byte[]> listener = batch -> {
            if (batch.getFirst().offset() == 2) {
                consumer.failCommits(new RebalanceInProgressException(), new RebalanceInProgressException());
                consumer.schedulePollTask(() -> consumer.append(2));
            }
            failing.onMessage(batch);
        };
        run(consumer, listener, () -> failures.get() >= 3);
        assertThat(consumer.committed()).isEqualTo(3);
    }

    /** Else it would undo a commit of the partition's new owner. */
    @Test
    void doesNotCommitInARevokedPartition() {
        LoggedConsumer consumer = new LoggedConsumer(3);
        AtomicBoolean polled = new AtomicBoolean();
        consumer.schedulePollTask(() -> consumer.rebalance(List.of(LEADERLESS)));
        consumer.schedulePollTask(() -> polled.set(true));
        BatchMessageListener<String, byte[]> listener = _ -> consumer.failCommits(new RebalanceInProgressException());
        run(consumer, listener, polled::get);
        assertThat(consumer.committed()).as("the first position, by Spring").isZero();
    }

    /** Spring commits it too, and ignores a failure. */
    @Test
    void commitsLaterWhatIsDoneOfAFailedBatch() {
        LoggedConsumer consumer = new LoggedConsumer(3);
        AtomicInteger failures = new AtomicInteger();
        BatchMessageListener<String, byte[]> failing = failingFrom(1, failures);
        BatchMessageListener<String, byte[]> listener = batch -> {
            if (failures.get() == 0 && batch.getFirst().offset() == 0) {
                consumer.failCommits(new TimeoutException());
            }
            failing.onMessage(batch);
        };
        run(consumer, listener, () -> failures.get() >= 1 && consumer.committed() == 1);
    }

    /** By default an error stops the container for good. */
    @Test
    void readsABatchAgainThatEndedInAnError() {
        LoggedConsumer consumer = new LoggedConsumer(3);
        AtomicInteger calls = new AtomicInteger();
        java.util.function.Consumer<RecordBatch> turns = ListenerContainers.retryable(_ -> {
            if (calls.incrementAndGet() == 1) {
                throw new StackOverflowError();
            }
        });
        BatchMessageListener<String, byte[]> listener = _ -> turns.accept(new RecordBatch(List.of()));
        run(consumer, listener, () -> consumer.committed() == 3);
        assertThat(calls).hasValue(2);
    }

    /** Runs a container until a condition is met. */
    private static void run(
            Consumer<String, byte[]> consumer, GenericMessageListener<?> listener, Callable<Boolean> until) {
        KafkaMessageListenerContainer<String, byte[]> container = container(consumer, listener);
        container.start();
        try {
            await().until(until);
        } finally {
            container.stop();
        }
    }

    /** Accepts records one by one, up to an offset. */
    private static BatchMessageListener<String, byte[]> failingFrom(long offset, AtomicInteger failures) {
        return batch -> {
            if (batch.getFirst().offset() >= offset) {
                failures.incrementAndGet();
                throw new IllegalStateException("the store is down");
            }
            if (batch.size() > 1) {
                throw new BatchListenerFailedException("one by one", 1);
            }
        };
    }

    private static KafkaMessageListenerContainer<String, byte[]> container(
            Consumer<String, byte[]> consumer, GenericMessageListener<?> listener) {
        ContainerProperties properties = new ContainerProperties("chat.turns");
        properties.setGroupId("g");
        properties.setPollTimeout(10);
        properties.setMessageListener(listener);
        DefaultKafkaConsumerFactory<String, byte[]> factory = new DefaultKafkaConsumerFactory<>(Map.of()) {
            @Override
            protected Consumer<String, byte[]> createRawConsumer(Map<String, Object> config) {
                return consumer;
            }
        };
        KafkaMessageListenerContainer<String, byte[]> container =
                new KafkaMessageListenerContainer<>(factory, properties);
        ListenerContainers.configure(container);
        container.setCommonErrorHandler(ListenerContainers.retry(OFTEN));
        return container;
    }

    /** Reads its records from a log again after it is set back, as a broker allows it, and gives all partitions back when it ends. */
    private static final class LoggedConsumer extends MockConsumer<String, byte[]> {
        private final Queue<RuntimeException> commitFailures = new ConcurrentLinkedQueue<>();
        private int records;
        private final Map<TopicPartition, OffsetAndMetadata> commits = new ConcurrentHashMap<>();

        LoggedConsumer(int records) {
            this(records, PARTITION);
        }

        LoggedConsumer(int records, TopicPartition... assigned) {
            super("earliest");
            this.records = records;
            updateBeginningOffsets(Map.of(PARTITION, 0L, LEADERLESS, 0L));
            schedulePollTask(() -> {
                rebalance(List.of(assigned));
                addFrom(0);
            });
        }

        void failCommits(RuntimeException... failures) {
            commitFailures.addAll(List.of(failures));
        }

        void append(int more) {
            long first = records;
            records += more;
            addFrom(first);
        }

        private void addFrom(long first) {
            LongStream.range(first, records)
                    .forEach(offset -> addRecord(
                            new ConsumerRecord<>(PARTITION.topic(), PARTITION.partition(), offset, "", new byte[1])));
        }

        @Override
        public synchronized void seek(TopicPartition partition, long offset) {
            super.seek(partition, offset);
            addFrom(offset);
        }

        @Override
        public synchronized void seek(TopicPartition partition, OffsetAndMetadata offset) {
            super.seek(partition, offset);
            addFrom(offset.offset());
        }

        @Override
        public synchronized long position(TopicPartition partition) {
            if (partition.equals(LEADERLESS)) {
                throw new TimeoutException("no leader");
            }
            return super.position(partition);
        }

        @Override
        public synchronized void unsubscribe() {
            rebalance(List.of());
            super.unsubscribe();
        }

        @Override
        public synchronized void commitSync(Map<TopicPartition, OffsetAndMetadata> offsets, Duration timeout) {
            RuntimeException failure = commitFailures.poll();
            if (failure != null) {
                throw failure;
            }
            commits.putAll(offsets);
            super.commitSync(offsets, timeout);
        }

        long committed() {
            return commits.containsKey(PARTITION) ? commits.get(PARTITION).offset() : -1;
        }
    }
}
