package dev.parley.gateway.kafka;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.parley.contracts.event.CloudEvent;
import dev.parley.contracts.event.Turn.ChatCompleted;
import dev.parley.contracts.event.TurnCodec;
import dev.parley.contracts.id.ConversationId;
import dev.parley.contracts.id.GenerationId;
import dev.parley.contracts.key.KeyIssued;
import dev.parley.contracts.price.Prices;
import dev.parley.contracts.topic.Topics;
import dev.parley.gateway.LedgerConnection;
import dev.parley.gateway.MemoryLedger;
import dev.parley.gateway.SampleConversation;
import dev.parley.gateway.limits.Settlements;
import dev.parley.gateway.limits.UsageMeter;
import dev.parley.gateway.model.ModelAliases;
import dev.parley.gateway.session.IssuedKeys;
import dev.parley.gateway.session.KeyIssuer;
import dev.parley.gateway.session.OnDisconnect;
import dev.parley.gateway.session.SampleSettings;
import dev.parley.testing.PausingConsumer;
import dev.parley.testing.Received;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.OffsetAndTimestamp;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.TimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SettlementReaderTest {
    private static final Clock CLOCK = Clock.systemUTC();
    private static final Duration SOON = Duration.ofSeconds(30);
    private static final long COUNTED = 9;

    private final KeyIssued key = new KeyIssuer(CLOCK)
            .create(SampleConversation.ACME, SampleSettings.named("web"))
            .event();
    private final SampleConversation conversation =
            new SampleConversation(ConversationId.next(CLOCK), Instant.now().minusSeconds(1000));
    private final IssuedKeys keys = new IssuedKeys(OnDisconnect.GRACE, CLOCK);
    private final LeaderlessConsumer consumer = new LeaderlessConsumer();
    private MemoryLedger ledger = new MemoryLedger(OptionalLong.of(COUNTED));
    private SettlementReader reader = reader();

    @AfterEach
    void stop() {
        reader.stop();
    }

    private SettlementReader reader() {
        return reader(ledger, System::nanoTime);
    }

    private SettlementReader reader(Settlements settlements, LongSupplier nanoTime) {
        return new SettlementReader(
                () -> consumer,
                consumer::ends,
                settlements,
                keys,
                new UsageMeter(new Prices(List.of()), new ModelAliases(List.of())),
                new SimpleMeterRegistry(),
                CLOCK,
                nanoTime);
    }

    /** As after the restart of a gateway while brokers are lost. Whichever partition is placed first. */
    @ParameterizedTest
    @ValueSource(ints = {0, 1})
    void settlesOtherPartitionsWhileOneHasNoLeader(int leaderless) {
        consumer.leaderless.add(leaderless);
        start();
        awaitSettlement(1 - leaderless);
    }

    @Test
    void settlesAPartitionThatHasALeaderAgain() {
        consumer.leaderless.add(0);
        start();
        awaitSettlement(1);
        consumer.leaderless.clear();
        awaitSettlement(0);
    }

    /** The first of them is asked for again before the fourth has failed. The order of a hash table is the worst. */
    @Test
    void settlesAPartitionWhileFourOthersHaveNoLeader() {
        List<Integer> hashed = new HashSet<>(LeaderlessConsumer.PARTITIONS)
                .stream().map(TopicPartition::partition).toList();
        consumer.leaderless.addAll(hashed.subList(0, 4));
        consumer.takesTime = true;
        start();
        awaitSettlement(hashed.get(4));
    }

    @Test
    void settlesTheFirstTurnOfAPartitionThatIsWrittenWhileItIsPlaced() {
        ledger = new MemoryLedger(OptionalLong.empty());
        reader = reader();
        consumer.updateEndOffsets(LeaderlessConsumer.all(0));
        consumer.writtenMeanwhile = true;
        start();
        awaitSettlement(0, 0);
    }

    /** The offset of the ledger is that of a turn of more than a year ago. */
    @Test
    void settlesTheFirstTurnOfALogWhoseEarlierOnesHaveExpired() {
        consumer.updateBeginningOffsets(LeaderlessConsumer.all(20));
        consumer.updateEndOffsets(LeaderlessConsumer.all(20));
        start();
        awaitSettlement(0, 20);
    }

    /** A partition without a leader is not, nor one with more turns. */
    @Test
    void tellsUntilWhenPartitionsAreCountedThatAreReadToTheirEnd() {
        consumer.leaderless.add(0);
        consumer.updateEndOffsets(Map.of(LeaderlessConsumer.PARTITIONS.get(2), COUNTED + 2));
        start();
        await().atMost(SOON).until(() -> ledger.counted().size() == 3);
        assertThat(ledger.counted()).containsOnlyKeys(1, 3, 4);
        awaitSettlement(2);
        await().atMost(SOON).until(() -> ledger.counted().containsKey(2));
    }

    /** As of partitions whose leaders only other services can reach: the consumer knows what it has fetched last. */
    @Test
    void countsNoPartitionWhoseEndIsNotReported() {
        consumer.silent.addAll(List.of(1, 3));
        start();
        await().atMost(SOON).until(() -> ledger.counted().size() == 3);
        assertThat(ledger.counted()).containsOnlyKeys(0, 2, 4);
        consumer.silent.clear();
        await().atMost(SOON).until(() -> ledger.counted().size() == 5);
    }

    @Test
    void countsTheOthersWhileThePositionInOneIsNotConfirmed() {
        consumer.unconfirmed.add(1);
        start();
        await().atMost(SOON).until(() -> ledger.counted().size() == 4);
        assertThat(ledger.counted()).doesNotContainKey(1);
    }

    /** As by a leader that was deposed and has not learned of it. */
    @Test
    void doesNotCountTurnsAgainWhenAnEarlierEndIsReportedOnce() {
        consumer.updateEndOffsets(LeaderlessConsumer.all(COUNTED));
        consumer.schedulePollTask(() -> consumer.rebalance(LeaderlessConsumer.PARTITIONS));
        GenerationId counted = write(0, COUNTED);
        consumer.schedulePollTask(() -> consumer.updateEndOffsets(LeaderlessConsumer.all(COUNTED + 1)));
        keys.apply(key);
        reader.start();
        awaitSettlement(0);
        assertThat(ledger.settled()).doesNotContain(counted);
    }

    /** As during a deploy of the gateways. */
    @Test
    void leavesItsPartitionsInTimeAlthoughTheGroupRebalances() throws Exception {
        LedgerConnection connection = new LedgerConnection(ledger);
        AtomicLong nanos = new AtomicLong();
        reader = reader(connection, nanos::get);
        start();
        awaitSettlement(0);
        connection.interrupt();
        withNextPoll(() -> {});
        nanos.addAndGet(Duration.ofSeconds(10).toNanos());
        withNextPoll(() -> consumer.rebalance(LeaderlessConsumer.PARTITIONS.subList(0, 3)));
        withNextPoll(() -> consumer.rebalance(LeaderlessConsumer.PARTITIONS));
        nanos.addAndGet(Duration.ofSeconds(6).toNanos());
        await().atMost(SOON).until(consumer::closed);
    }

    /** Waits for the next poll, which does this. What followed the one before it is done then. */
    private void withNextPoll(Runnable action) throws InterruptedException {
        CountDownLatch done = new CountDownLatch(1);
        consumer.schedulePollTask(() -> {
            action.run();
            done.countDown();
        });
        assertThat(done.await(SOON.toSeconds(), TimeUnit.SECONDS)).isTrue();
    }

    private void start() {
        consumer.schedulePollTask(() -> consumer.rebalance(LeaderlessConsumer.PARTITIONS));
        keys.apply(key);
        reader.start();
    }

    /** Waits until the next turn of a partition is settled. */
    private void awaitSettlement(int partition) {
        awaitSettlement(partition, COUNTED + 1);
    }

    private void awaitSettlement(int partition, long offset) {
        GenerationId generation = write(partition, offset);
        await().atMost(SOON).until(() -> ledger.settled().contains(generation));
    }

    /** Writes a turn with one of the next polls. */
    private GenerationId write(int partition, long offset) {
        ChatCompleted turn = conversation.turn("Why?", "So.");
        var encoded = TurnCodec.encode(turn);
        encoded.headers().add(CloudEvent.KEY, key.key().value().getBytes(UTF_8));
        var sent = new ProducerRecord<>(encoded.topic(), partition, encoded.key(), encoded.value(), encoded.headers());
        consumer.schedulePollTask(() -> consumer.addRecord(Received.of(sent, offset)));
        return turn.facts().generation();
    }

    /** Of five partitions, of which some may have no leader. */
    private static final class LeaderlessConsumer extends PausingConsumer<String, byte[]> {
        private static final List<TopicPartition> PARTITIONS = IntStream.range(0, 5)
                .mapToObj(partition -> new TopicPartition(Topics.TURNS.name(), partition))
                .toList();

        private final Set<Integer> leaderless = ConcurrentHashMap.newKeySet();
        /** Partitions whose ends are not reported to others than the consumer. */
        private final Set<Integer> silent = ConcurrentHashMap.newKeySet();
        /** Partitions whose position a new leader has not confirmed. */
        private final Set<Integer> unconfirmed = ConcurrentHashMap.newKeySet();

        private volatile boolean takesTime;
        /** Whether a partition gets its first record after it was asked for times. */
        private volatile boolean writtenMeanwhile;

        LeaderlessConsumer() {
            super("latest");
            updateBeginningOffsets(all(0));
            updateEndOffsets(all(COUNTED + 1));
        }

        private static Map<TopicPartition, Long> all(long offset) {
            return PARTITIONS.stream().collect(Collectors.toMap(partition -> partition, _ -> offset));
        }

        @Override
        public synchronized long position(TopicPartition partition, Duration timeout) {
            if (unconfirmed.contains(partition.partition())) {
                throw new TimeoutException("the position is not confirmed");
            }
            return super.position(partition, timeout);
        }

        /** What an admin client is told. */
        Map<TopicPartition, Future<Long>> ends(Set<TopicPartition> partitions) {
            return partitions.stream()
                    .collect(Collectors.toMap(
                            partition -> partition,
                            partition -> silent.contains(partition.partition())
                                    ? new CompletableFuture<>()
                                    : CompletableFuture.completedFuture(
                                            endOffsets(List.of(partition)).get(partition))));
        }

        @Override
        public Map<TopicPartition, Long> endOffsets(Collection<TopicPartition> partitions, Duration timeout) {
            if (partitions.stream().anyMatch(partition -> leaderless.contains(partition.partition()))) {
                if (takesTime) {
                    sleep(timeout);
                }
                throw new TimeoutException("no leader");
            }
            return super.endOffsets(partitions, timeout);
        }

        @Override
        public Map<TopicPartition, OffsetAndTimestamp> offsetsForTimes(
                Map<TopicPartition, Long> times, Duration timeout) {
            if (writtenMeanwhile) {
                times.keySet().forEach(partition -> updateEndOffsets(Map.of(partition, 1L)));
            }
            return Map.of();
        }

        private static void sleep(Duration time) {
            try {
                Thread.sleep(time);
            } catch (InterruptedException e) {
                throw new InterruptException(e);
            }
        }
    }
}
