package dev.parley.eventlog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class LogTailTest {
    private static final TopicPartition PARTITION = new TopicPartition("topic", 0);

    private final Queue<MockConsumer<String, byte[]>> consumers = new ConcurrentLinkedQueue<>();
    private final List<Long> handled = new CopyOnWriteArrayList<>();
    /** How many times the reader is not ready. */
    private final AtomicInteger unready = new AtomicInteger();

    private final List<Integer> consumersWhileUnready = new CopyOnWriteArrayList<>();
    private final LogTail tail = new LogTail("test-tail", this::next, Duration.ofMillis(10), new Recording());
    private volatile long position;
    private volatile boolean defective;

    @AfterEach
    void close() {
        tail.close();
    }

    @Test
    void resumesWithANewConsumerWhereTheLastOneFailed() {
        MockConsumer<String, byte[]> first = consumer();
        first.schedulePollTask(() -> add(first, 0));
        first.schedulePollTask(() -> first.setPollException(new KafkaException("the connection broke")));
        MockConsumer<String, byte[]> second = consumer();
        second.schedulePollTask(() -> add(second, 1));
        tail.start();
        await().untilAsserted(() -> assertThat(handled).containsExactly(0L, 1L));
        assertThat(first.closed()).isTrue();
    }

    @Test
    void aDefectInHandlingDoesNotEndTheReading() {
        defective = true;
        MockConsumer<String, byte[]> first = consumer();
        first.schedulePollTask(() -> add(first, 0));
        MockConsumer<String, byte[]> second = consumer();
        second.schedulePollTask(() -> add(second, 0));
        tail.start();
        await().untilAsserted(() -> assertThat(handled).containsExactly(0L));
    }

    @Test
    void waitsWithoutAConsumerUntilItsReaderIsReady() {
        MockConsumer<String, byte[]> only = consumer();
        only.schedulePollTask(() -> add(only, 0));
        unready.set(2);
        tail.start();
        await().untilAsserted(() -> assertThat(handled).containsExactly(0L));
        assertThat(consumersWhileUnready).containsExactly(1, 1);
    }

    @Test
    void stopsWithItsConsumer() {
        MockConsumer<String, byte[]> only = consumer();
        tail.start();
        tail.stop();
        assertThat(only.closed()).isTrue();
    }

    @Test
    void closingEndsThePollInProgress() throws Exception {
        LongPolling only = new LongPolling();
        only.updateBeginningOffsets(Map.of(PARTITION, 0L));
        consumers.add(only);
        tail.start();
        only.polling.await();
        tail.close();
        await().untilAsserted(() -> assertThat(only.closed()).isTrue());
    }

    /** Polls until it is woken up, which must not wait for the poll. */
    @SuppressWarnings("UnsynchronizedOverridesSynchronized")
    private static final class LongPolling extends MockConsumer<String, byte[]> {
        private final CountDownLatch polling = new CountDownLatch(1);
        private final CountDownLatch wokenUp = new CountDownLatch(1);

        private LongPolling() {
            super("earliest");
        }

        @Override
        public ConsumerRecords<String, byte[]> poll(Duration timeout) {
            polling.countDown();
            try {
                wokenUp.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            return super.poll(timeout);
        }

        @Override
        public void wakeup() {
            super.wakeup();
            wokenUp.countDown();
        }
    }

    private Consumer<String, byte[]> next() {
        return consumers.remove();
    }

    private MockConsumer<String, byte[]> consumer() {
        MockConsumer<String, byte[]> consumer = new MockConsumer<>("earliest");
        consumer.updateBeginningOffsets(Map.of(PARTITION, 0L));
        consumers.add(consumer);
        return consumer;
    }

    private static void add(MockConsumer<String, byte[]> consumer, long offset) {
        consumer.addRecord(new ConsumerRecord<>(PARTITION.topic(), 0, offset, "key", new byte[0]));
    }

    private final class Recording implements LogTail.Reader {
        @Override
        public boolean isReady() {
            boolean ready = unready.getAndUpdate(times -> Math.max(0, times - 1)) == 0;
            if (!ready) {
                consumersWhileUnready.add(consumers.size());
            }
            return ready;
        }

        @Override
        public void assign(Consumer<String, byte[]> consumer) {
            consumer.assign(List.of(PARTITION));
            consumer.seek(PARTITION, position);
        }

        @Override
        public void handle(Consumer<String, byte[]> consumer, ConsumerRecords<String, byte[]> records) {
            if (!records.isEmpty() && defective) {
                defective = false;
                throw new IllegalStateException("a defect");
            }
            records.forEach(each -> handled.add(each.offset()));
            position = consumer.position(PARTITION);
        }
    }
}
