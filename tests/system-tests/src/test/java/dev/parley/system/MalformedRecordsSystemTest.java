package dev.parley.system;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.contracts.event.CloudEvent;
import dev.parley.contracts.event.DeadLetter;
import dev.parley.contracts.event.EventHeaders;
import dev.parley.contracts.event.Turn;
import dev.parley.contracts.topic.Topics;
import dev.parley.localstack.LocalStack;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Malformed records: each produces one dead letter where a group reads, and other requests succeed. */
@Timeout(value = 2, unit = TimeUnit.MINUTES)
@ExtendWith(SharedStack.class)
class MalformedRecordsSystemTest {
    private static final LocalStack STACK = SharedStack.get();
    private static final ChatClient CHAT = new ChatClient(STACK.gateway(0));
    private static final TurnEvents TURNS = new TurnEvents(STACK);
    private static final TopicReader TOPICS = new TopicReader(STACK.kafka());
    private static final int LARGE_BYTES = 900_000;

    private static final KafkaProducer<String, byte[]> PRODUCER = new KafkaProducer<>(
            Map.of("bootstrap.servers", STACK.kafka(), "max.request.size", 2 * LARGE_BYTES),
            new StringSerializer(),
            new ByteArraySerializer());

    @AfterAll
    static void stop() throws Exception {
        PRODUCER.close();
        Projection.isTheFoldOfTheLog(STACK);
    }

    @ParameterizedTest
    @ValueSource(strings = {"chat.requests", "chat.turns"})
    void writesADeadLetterForEachMalformedRecord(String topic) throws Exception {
        ConsumerRecord<String, byte[]> good = TOPICS.await(topic, ask().generation());
        String mark = UUID.randomUUID().toString();
        List<ProducerRecord<String, byte[]>> malformed = List.of(
                marked(new ProducerRecord<>(topic, good.partition(), null, new byte[0]), mark + "-bare"),
                marked(new ProducerRecord<>(topic, good.partition(), "key", null), mark + "-without-value"),
                marked(new ProducerRecord<>(topic, good.partition(), "key", new byte[LARGE_BYTES]), mark + "-large"),
                marked(changed(good, CloudEvent.TYPE, "dev.parley.Something.v9"), mark + "-of-the-future"),
                marked(changed(good, CloudEvent.GENERATION, "gen_nonsense"), mark + "-without-generation"));
        for (ProducerRecord<String, byte[]> each : malformed) {
            PRODUCER.send(each).get(10, TimeUnit.SECONDS);
        }
        Eventually.value(() -> letters(topic, mark), found -> found.size() == malformed.size());
        assertOtherRequestsSucceed();
        assertThat(letters(topic, mark)).allSatisfy((_, copies) -> {
            assertThat(copies).hasSize(1);
            EventHeaders headers = new EventHeaders(copies.getFirst().headers());
            assertThat(headers.find(DeadLetter.TOPIC)).contains(topic);
            assertThat(headers.find(DeadLetter.PARTITION)).contains(Integer.toString(good.partition()));
            assertThat(headers.find(DeadLetter.REASON)).isPresent();
        });
    }

    /** These topics are read without a group: malformed records are skipped. */
    @ParameterizedTest
    @ValueSource(strings = {"chat.commands", "chat.deltas"})
    void skipsMalformedRecords(String topic) throws Exception {
        for (int partition = 0; partition < PRODUCER.partitionsFor(topic).size(); partition++) {
            PRODUCER.send(new ProducerRecord<>(topic, partition, null, new byte[0]))
                    .get(10, TimeUnit.SECONDS);
            PRODUCER.send(new ProducerRecord<>(topic, partition, "key", null)).get(10, TimeUnit.SECONDS);
            PRODUCER.send(new ProducerRecord<>(topic, partition, "key", new byte[LARGE_BYTES]))
                    .get(10, TimeUnit.SECONDS);
        }
        assertOtherRequestsSucceed();
        String generation;
        try (StreamedAnswer reading =
                CHAT.read(ChatClient.question("first_token_ms=0 tokens=500 tokens_per_second=20"))) {
            generation = reading.untilCharacters(10).generation();
            assertThat(CHAT.delete("/v1/generations/" + generation).status()).isLessThan(300);
            reading.toTheEnd();
        }
        assertThat(TURNS.of(generation)).isInstanceOf(Turn.ChatCancelled.class);
    }

    @Test
    void recordsOneTurnForADuplicateRequest() throws Exception {
        Answer answer = ask();
        TURNS.of(answer.generation());
        ConsumerRecord<String, byte[]> good = TOPICS.await(Topics.REQUESTS.name(), answer.generation());
        PRODUCER.send(marked(copy(good), "double")).get(10, TimeUnit.SECONDS);
        PRODUCER.send(marked(copy(good), "double")).get(10, TimeUnit.SECONDS);
        assertOtherRequestsSucceed();
    }

    @Tag("faults")
    @Test
    void recordsNoSecondTurnAfterItsDeltasWereDeleted() throws Exception {
        Answer answer = ask();
        TURNS.of(answer.generation());
        ConsumerRecord<String, byte[]> request = TOPICS.await(Topics.REQUESTS.name(), answer.generation());
        deleteDeltas();
        STACK.process("inference-service", 0).stop();
        PRODUCER.send(copy(request)).get(10, TimeUnit.SECONDS);
        STACK.process("inference-service", 0).restart();
        assertOtherRequestsSucceed();
    }

    private static void deleteDeltas() throws Exception {
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", STACK.kafka()))) {
            Map<TopicPartition, RecordsToDelete> all = new HashMap<>();
            for (int partition = 0; partition < Topics.DELTAS.partitions(); partition++) {
                all.put(new TopicPartition(Topics.DELTAS.name(), partition), RecordsToDelete.beforeOffset(-1));
            }
            admin.deleteRecords(all).all().get(10, TimeUnit.SECONDS);
        }
    }

    private static Answer ask() throws Exception {
        return CHAT.ask(ChatClient.question()).succeeded();
    }

    /** Sends twice as many requests as there are partitions, none of which is blocked. */
    private static void assertOtherRequestsSucceed() throws Exception {
        List<String> generations = new ArrayList<>();
        for (int i = 0; i < 2 * Topics.REQUESTS.partitions(); i++) {
            generations.add(ask().generation());
        }
        assertThat(TURNS.of(generations)).hasSameSizeAs(generations);
    }

    private static ProducerRecord<String, byte[]> copy(ConsumerRecord<String, byte[]> of) {
        return new ProducerRecord<>(
                of.topic(),
                of.partition(),
                of.key(),
                of.value(),
                new RecordHeaders(of.headers().toArray()));
    }

    private static ProducerRecord<String, byte[]> changed(
            ConsumerRecord<String, byte[]> good, String header, String value) {
        ProducerRecord<String, byte[]> changed = copy(good);
        changed.headers().remove(header);
        changed.headers().add(header, value.getBytes(UTF_8));
        return changed;
    }

    private static ProducerRecord<String, byte[]> marked(ProducerRecord<String, byte[]> malformed, String mark) {
        malformed.headers().add(DeliveryGuarantees.EXCLUDED, mark.getBytes(UTF_8));
        return malformed;
    }

    private static Map<String, List<ConsumerRecord<String, byte[]>>> letters(String topic, String mark) {
        Map<String, List<ConsumerRecord<String, byte[]>>> letters = new HashMap<>();
        TOPICS.all(topic + ".dead")
                .forEach(letter -> new EventHeaders(letter.headers())
                        .find(DeliveryGuarantees.EXCLUDED)
                        .filter(found -> found.startsWith(mark))
                        .ifPresent(found -> letters.computeIfAbsent(found, _ -> new ArrayList<>())
                                .add(letter)));
        return letters;
    }
}
