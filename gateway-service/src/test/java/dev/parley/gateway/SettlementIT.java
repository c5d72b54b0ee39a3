package dev.parley.gateway;

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
import dev.parley.eventlog.KafkaClients;
import dev.parley.eventlog.KafkaConnection;
import dev.parley.gateway.kafka.GatewayClients;
import dev.parley.gateway.kafka.KafkaSettings;
import dev.parley.gateway.kafka.LogEnds;
import dev.parley.gateway.kafka.SettlementReader;
import dev.parley.gateway.limits.Settlements;
import dev.parley.gateway.limits.UsageMeter;
import dev.parley.gateway.model.ModelAliases;
import dev.parley.gateway.session.IssuedKeys;
import dev.parley.gateway.session.KeyIssuer;
import dev.parley.gateway.session.OnDisconnect;
import dev.parley.gateway.session.SampleSettings;
import dev.parley.localstack.LocalKafka;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Settles turns with a ledger in memory. */
class SettlementIT {
    private static final LocalKafka KAFKA = LocalKafka.shared();
    private static final Clock CLOCK = Clock.systemUTC();
    private static final Duration SOON = Duration.ofSeconds(30);
    private static final long BEYOND_THE_END = 1_000_000;

    private final KeyIssued key = new KeyIssuer(CLOCK)
            .create(SampleConversation.ACME, SampleSettings.named("web"))
            .event();
    private final SampleConversation conversation =
            new SampleConversation(ConversationId.next(CLOCK), Instant.now().minusSeconds(1000));
    private final IssuedKeys keys = new IssuedKeys(OnDisconnect.GRACE, CLOCK);
    private final Producer<String, byte[]> producer = KAFKA.producer();
    private final LogEnds ends = new LogEnds(clients(new SimpleMeterRegistry()).endAdmin());

    @BeforeEach
    void issue() {
        keys.apply(key);
    }

    @AfterEach
    void close() {
        ends.close();
        producer.close();
    }

    /** After an election of a broker that was behind, or a copy of the topic. */
    @Test
    void doesNotCountTurnsAgainWhenTheLogHasLostItsEnd() throws Exception {
        MemoryLedger ledger = new MemoryLedger(OptionalLong.of(BEYOND_THE_END));
        SettlementReader reader = reader(ledger);
        try {
            GenerationId counted = write(0);
            reader.start();
            List<GenerationId> later = new ArrayList<>();
            await().atMost(SOON).pollInSameThread().until(() -> {
                later.add(write(0));
                return !ledger.settled().isEmpty();
            });
            assertThat(ledger.settled()).doesNotContain(counted).allMatch(later::contains);
        } finally {
            reader.stop();
        }
    }

    /** From the beginning, a reader that has its place would count everything again. */
    @Test
    void readsOnFromTheEndOfALogThatLosesItsEnd() throws Exception {
        write(0);
        TopicPartition partition = new TopicPartition(Topics.TURNS.name(), 0);
        try (Consumer<String, byte[]> consumer =
                clients(new SimpleMeterRegistry()).settlementConsumer()) {
            consumer.assign(List.of(partition));
            consumer.seek(partition, BEYOND_THE_END);
            await().atMost(SOON).pollInSameThread().until(() -> {
                assertThat(consumer.poll(Duration.ofMillis(100))).isEmpty();
                return consumer.position(partition) != BEYOND_THE_END;
            });
            assertThat(consumer.position(partition))
                    .isPositive()
                    .isEqualTo(consumer.endOffsets(List.of(partition)).get(partition));
        }
    }

    @Test
    void leavesItsPartitionsToAnotherGatewayWhileItCannotReachTheLedger() throws Exception {
        MemoryLedger ledger = new MemoryLedger(OptionalLong.empty());
        LedgerConnection connection = new LedgerConnection(ledger);
        AtomicLong ahead = new AtomicLong();
        SettlementReader reader = reader(connection, () -> System.nanoTime() + ahead.get());
        SettlementReader other = reader(ledger);
        try {
            reader.start();
            awaitSettlement(ledger);
            other.start();
            connection.interrupt();
            await().atMost(SOON).until(connection::refused);
            ahead.set(Duration.ofSeconds(16).toNanos());
            awaitSettlement(ledger);

            connection.restore();
            other.stop();
            awaitSettlement(ledger);
            assertThat(ledger.settled()).doesNotHaveDuplicates();
        } finally {
            reader.stop();
            other.stop();
        }
    }

    /** Turns are written in transactions, whose ends are records too. */
    @Test
    void tellsUntilWhenAllPartitionsAreCounted() throws Exception {
        MemoryLedger ledger = new MemoryLedger(OptionalLong.empty());
        SettlementReader reader = reader(ledger);
        try (Producer<String, byte[]> transactional = KAFKA.producer(
                Map.of(ProducerConfig.TRANSACTIONAL_ID_CONFIG, key.key().value()))) {
            transactional.initTransactions();
            transactional.beginTransaction();
            GenerationId turn = write(transactional, 0);
            transactional.commitTransaction();
            reader.start();
            await().atMost(SOON).until(() -> ledger.counted().size() == Topics.TURNS.partitions());
            assertThat(ledger.settled()).contains(turn);
        } finally {
            reader.stop();
        }
    }

    private SettlementReader reader(Settlements ledger) {
        return reader(ledger, System::nanoTime);
    }

    private SettlementReader reader(Settlements ledger, LongSupplier nanoTime) {
        SimpleMeterRegistry registry = new SimpleMeterRegistry();
        return new SettlementReader(
                clients(registry)::settlementConsumer,
                ends::ask,
                ledger,
                keys,
                new UsageMeter(new Prices(List.of()), new ModelAliases(List.of())),
                registry,
                CLOCK,
                nanoTime);
    }

    private static GatewayClients clients(MeterRegistry registry) {
        return new GatewayClients(
                new KafkaClients(KafkaConnection.plain(KAFKA.bootstrapServers()), registry),
                new KafkaSettings(KAFKA.bootstrapServers(), 0, Duration.ofSeconds(5)),
                0);
    }

    /** Waits until a new turn of each partition is settled. */
    private void awaitSettlement(MemoryLedger ledger) throws Exception {
        List<GenerationId> turns = new ArrayList<>();
        for (int partition = 0; partition < Topics.TURNS.partitions(); partition++) {
            turns.add(write(partition));
        }
        await().atMost(SOON).until(() -> ledger.settled().containsAll(turns));
    }

    private GenerationId write(int partition) throws Exception {
        return write(producer, partition);
    }

    private GenerationId write(Producer<String, byte[]> producer, int partition) throws Exception {
        ChatCompleted turn = conversation.turn("Why?", "So.");
        var encoded = TurnCodec.encode(turn);
        encoded.headers().add(CloudEvent.KEY, key.key().value().getBytes(UTF_8));
        producer.send(new ProducerRecord<>(
                        encoded.topic(), partition, encoded.key(), encoded.value(), encoded.headers()))
                .get(20, TimeUnit.SECONDS);
        return turn.facts().generation();
    }
}
