package dev.parley.gateway.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parley.contracts.event.Turn.ChatCompleted;
import dev.parley.contracts.event.TurnCodec;
import dev.parley.contracts.id.ConversationId;
import dev.parley.contracts.topic.Topics;
import dev.parley.gateway.SampleConversation;
import dev.parley.gateway.conversation.ConversationName;
import dev.parley.testing.Received;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongConsumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.junit.jupiter.api.Test;

/** The memory and the waits of readings. */
class TailReadingTest {
    private static final Duration LONG = Duration.ofSeconds(20);
    /** The timeout of a call that states none. */
    private static final Duration UNTIMED = Duration.ofMillis(2_500);

    private static final TopicPartition PARTITION = new TopicPartition(Topics.TURNS.name(), 0);

    private final SampleConversation sample = conversation("conv_1");
    private final SampleConversation other = conversation("conv_2");
    private final BoundedFetches fetches = new BoundedFetches(1);
    private final AtomicInteger polling = new AtomicInteger();
    private final AtomicInteger pollingMost = new AtomicInteger();
    private final List<Long> counted = new ArrayList<>();
    /** The timeouts of the calls that wait for brokers. */
    private final List<Duration> waits = Collections.synchronizedList(new ArrayList<>());
    /** For so long a call does not get a response. */
    private Duration election = Duration.ZERO;

    private static SampleConversation conversation(String id) {
        return new SampleConversation(new ConversationId(id), Instant.now().minusSeconds(100));
    }

    /** A partition with a record for each poll. */
    private final class Log extends MockConsumer<String, byte[]> {
        private long end;

        Log() {
            super("earliest");
            updatePartitions(
                    Topics.TURNS.name(),
                    List.of(new PartitionInfo(Topics.TURNS.name(), 0, Node.noNode(), new Node[0], new Node[0])));
        }

        /** Returns the bytes that count. */
        long add(ChatCompleted turn) {
            ConsumerRecord<String, byte[]> event = Received.of(TurnCodec.encode(turn), end++);
            schedulePollTask(() -> addRecord(event));
            long bytes = event.value().length;
            for (var header : event.headers()) {
                bytes += header.value().length;
            }
            return bytes;
        }

        /**
         * A reading of the first conversation.
         *
         * @param committed the end of the committed records
         */
        TailReading reading(long committed, LongConsumer heap, Duration timeout) {
            updateBeginningOffsets(Map.of(PARTITION, 0L));
            return new TailReading(
                    new ConversationName(SampleConversation.ACME, sample.conversation()),
                    Optional.empty(),
                    this,
                    (_, level, wait) -> {
                        awaitLeader(wait);
                        return level == IsolationLevel.READ_COMMITTED ? committed : end;
                    },
                    fetches,
                    heap,
                    System.nanoTime() + timeout.toNanos());
        }

        @Override
        public synchronized List<PartitionInfo> partitionsFor(String topic) {
            awaitLeader(UNTIMED);
            return super.partitionsFor(topic);
        }

        @Override
        public synchronized List<PartitionInfo> partitionsFor(String topic, Duration timeout) {
            awaitLeader(timeout);
            return super.partitionsFor(topic);
        }

        @Override
        public synchronized Map<TopicPartition, OffsetAndMetadata> committed(Set<TopicPartition> partitions) {
            awaitLeader(UNTIMED);
            return super.committed(partitions);
        }

        @Override
        public synchronized Map<TopicPartition, OffsetAndMetadata> committed(
                Set<TopicPartition> partitions, Duration timeout) {
            awaitLeader(timeout);
            return super.committed(partitions);
        }

        @Override
        public synchronized long position(TopicPartition partition) {
            awaitLeader(UNTIMED);
            return super.position(partition);
        }

        @Override
        public synchronized long position(TopicPartition partition, Duration timeout) {
            awaitLeader(timeout);
            return super.position(partition);
        }

        @Override
        public synchronized ConsumerRecords<String, byte[]> poll(Duration timeout) {
            pollingMost.accumulateAndGet(polling.incrementAndGet(), Math::max);
            // Time for others.
            LockSupport.parkNanos(1_000_000);
            try {
                return super.poll(timeout);
            } finally {
                polling.decrementAndGet();
            }
        }
    }

    /** As the clients do, without taking the time. */
    private void awaitLeader(Duration timeout) {
        waits.add(timeout);
        if (timeout.compareTo(election) < 0) {
            throw new TimeoutException("no leader within " + timeout);
        }
    }

    private boolean read(Log log) {
        return log.reading(log.end, counted::add, LONG).readToEnd();
    }

    /** Those of other conversations are in memory too, until the next are fetched. */
    @Test
    void countsTheMostThatIsInMemoryAtOnce() {
        Log log = new Log();
        long own = log.add(sample.turn("one", "Yes."));
        long large = log.add(other.turn("x".repeat(100_000), "Yes."));
        long small = log.add(conversation("conv_3").turn("two", "Yes."));
        assertThat(read(log)).isTrue();
        assertThat(small).isLessThan(large);
        assertThat(counted).as("the turn that is kept, and one beside it").containsExactly(own, large);
    }

    @Test
    void endsBeforeItKeepsWhatThereIsNoHeapFor() throws InterruptedException {
        Log log = new Log();
        ChatCompleted turn = sample.turn("one", "Yes.");
        long bytes = log.add(turn);
        TailReading reading = log.reading(
                1,
                more -> {
                    throw new IllegalStateException("no heap for " + more);
                },
                LONG);
        assertThatThrownBy(reading::readToEnd).hasMessage("no heap for " + bytes);
        assertThat(reading.tail().covers(turn.facts().generation())).isFalse();
        assertThat(fetches.poll(new Log(), Topics.TURNS, Duration.ZERO, _ -> "others fetch"))
                .hasValue("others fetch");
    }

    /** What is fetched may have 18 MB, and does not count yet. */
    @Test
    void fetchesNoMoreAtOnceThanPermitted() throws Exception {
        try (ExecutorService readers = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Callable<Boolean>> readings = new ArrayList<>();
            for (int i = 0; i < 16; i++) {
                Log log = new Log();
                for (int turns = 0; turns < 20; turns++) {
                    log.add(other.turn("one", "Yes."));
                }
                TailReading reading = log.reading(log.end, _ -> {}, LONG);
                readings.add(reading::readToEnd);
            }
            assertThat(readers.invokeAll(readings)).map(Future::resultNow).containsOnly(true);
        }
        assertThat(pollingMost).hasValue(1);
    }

    /** A poll would keep others from fetching. */
    @Test
    void doesNotFetchWhileATransactionIsOpen() {
        Log log = new Log();
        log.add(sample.turn("one", "Yes."));
        assertThat(log.reading(0, counted::add, Duration.ofMillis(50)).readToEnd())
                .isFalse();
        assertThat(pollingMost).hasValue(0);
    }

    @Test
    void endsInTimeWhileOthersFetch() throws InterruptedException {
        Log log = new Log();
        log.add(sample.turn("one", "Yes."));
        TailReading reading = log.reading(1, counted::add, Duration.ofMillis(50));
        assertThat(fetches.poll(new Log(), Topics.TURNS, Duration.ZERO, _ -> reading.readToEnd()))
                .hasValue(false);
    }

    @Test
    void waitsForAnElectionWithinItsTime() {
        Log log = new Log();
        ChatCompleted turn = sample.turn("one", "Yes.");
        log.add(turn);
        election = Duration.ofSeconds(4);
        TailReading reading = log.reading(1, counted::add, LONG);
        assertThat(reading.readToEnd()).isTrue();
        assertThat(reading.tail().covers(turn.facts().generation())).isTrue();
    }

    @Test
    void noCallOutlastsTheReading() {
        Log log = new Log();
        log.add(sample.turn("one", "Yes."));
        Duration timeout = Duration.ofMillis(500);
        assertThat(log.reading(0, counted::add, timeout).readToEnd()).isFalse();
        assertThat(waits).hasSizeGreaterThan(4).allMatch(wait -> wait.compareTo(timeout.plusSeconds(1)) <= 0);
    }
}
