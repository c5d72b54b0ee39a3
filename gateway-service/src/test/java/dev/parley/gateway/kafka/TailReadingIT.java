package dev.parley.gateway.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.contracts.event.Turn.ChatCompleted;
import dev.parley.contracts.event.TurnCodec;
import dev.parley.contracts.id.ConversationId;
import dev.parley.eventlog.KafkaClients;
import dev.parley.eventlog.KafkaConnection;
import dev.parley.gateway.SampleConversation;
import dev.parley.gateway.conversation.ConversationName;
import dev.parley.localstack.LocalKafka;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.Consumer;
import org.junit.jupiter.api.Test;

/** Readings with the clients of the gateway. */
class TailReadingIT {
    private static final Duration LONG = Duration.ofSeconds(30);
    private static final Duration PUBLISH_TIMEOUT = Duration.ofMillis(500);

    private final SampleConversation sample =
            new SampleConversation(new ConversationId("conv_1"), Instant.now().minusSeconds(100));

    /** As for an election. Both clients are connected. */
    @Test
    void waitsForABrokerLongerThanAPublicationDoes() throws Exception {
        try (LocalKafka kafka = LocalKafka.start().withTopics()) {
            GatewayClients clients = new GatewayClients(
                    new KafkaClients(KafkaConnection.plain(kafka.bootstrapServers()), new SimpleMeterRegistry()),
                    new KafkaSettings(kafka.bootstrapServers(), -1, PUBLISH_TIMEOUT),
                    1_000_000);
            ChatCompleted turn = sample.turn("one", "Yes.");
            try (LogEnds ends = new LogEnds(clients.endAdmin());
                    Consumer<String, byte[]> consumer = clients.turnConsumer("persistence-worker");
                    var producer = kafka.producer()) {
                assertThat(reading(consumer, ends).readToEnd()).isTrue();
                producer.send(TurnCodec.encode(turn)).get();
                kafka.pause();
                CompletableFuture<Void> resumed = CompletableFuture.runAsync(
                        kafka::resume, CompletableFuture.delayedExecutor(2, TimeUnit.SECONDS));
                TailReading reading = reading(consumer, ends);
                assertThat(reading.readToEnd()).isTrue();
                assertThat(reading.tail().covers(turn.facts().generation())).isTrue();
                resumed.join();
            }
        }
    }

    private TailReading reading(Consumer<String, byte[]> consumer, LogEnds ends) {
        return new TailReading(
                new ConversationName(SampleConversation.ACME, sample.conversation()),
                Optional.empty(),
                consumer,
                ends::of,
                new BoundedFetches(1),
                _ -> {},
                System.nanoTime() + LONG.toNanos());
    }
}
