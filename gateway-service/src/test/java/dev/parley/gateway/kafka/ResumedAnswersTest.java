package dev.parley.gateway.kafka;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.parley.contracts.delta.Delta.Frames;
import dev.parley.contracts.delta.DeltaCodec;
import dev.parley.contracts.event.CacheVerdict;
import dev.parley.contracts.id.GenerationId;
import dev.parley.contracts.id.TenantId;
import dev.parley.contracts.topic.Topics;
import dev.parley.eventlog.deletion.Deletions;
import dev.parley.gateway.answer.AnswerSettings;
import dev.parley.gateway.answer.Opening;
import dev.parley.gateway.answer.ResumeSettings;
import dev.parley.gateway.session.Caller;
import dev.parley.gateway.session.OnDisconnect;
import dev.parley.testing.Received;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import java.util.stream.LongStream;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.clients.consumer.OffsetAndTimestamp;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;

class ResumedAnswersTest {
    private static final GenerationId GENERATION = GenerationId.unsigned(Clock.systemUTC(), 0);

    private static ResumedAnswers answers(Supplier<Consumer<String, byte[]>> consumers) {
        return new ResumedAnswers(
                consumers,
                new BoundedFetches(1),
                Deletions::new,
                (_, _) -> {},
                new AnswerSettings(
                        1,
                        1,
                        Duration.ofSeconds(10),
                        Duration.ofSeconds(10),
                        Duration.ofMinutes(15),
                        Duration.ofSeconds(15)),
                new ResumeSettings(1, 1, 1_000, Duration.ofSeconds(60)),
                Clock.systemUTC(),
                System::nanoTime);
    }

    private static GenerationReader read(ResumedAnswers answers, Runnable ended) {
        return read(answers, "key_1", ended);
    }

    private static GenerationReader read(ResumedAnswers answers, String key, Runnable ended) {
        Caller caller = new Caller(new TenantId("acme"), key, OnDisconnect.GRACE, Set.of());
        return answers.read(caller, GENERATION, Optional.empty(), _ -> true, ended);
    }

    @Test
    void respondsWithUnavailableWhenTheLogCannotBeReached() {
        ResumedAnswers answers = answers(() -> {
            throw new KafkaException("no broker");
        });
        GenerationReader reader = read(answers, () -> {});
        assertThat(reader.answer().opening().block(Duration.ofSeconds(5)))
                .isInstanceOfSatisfying(
                        Opening.Refused.class,
                        refused -> assertThat(refused.status()).isEqualTo(503));
        await().until(() -> answers.size() == 0);
    }

    @Test
    void aReadingHoldsItsPlaceUntilItEnds() {
        AtomicInteger ended = new AtomicInteger();
        CountDownLatch brokerAnswers = new CountDownLatch(1);
        ResumedAnswers answers = answers(() -> {
            awaitQuietly(brokerAnswers);
            throw new KafkaException("no broker");
        });
        GenerationReader _ = read(answers, ended::incrementAndGet);
        assertThat(ended).hasValue(0);
        brokerAnswers.countDown();
        await().until(() -> answers.size() == 0 && ended.get() == 1);
    }

    @Test
    void isClosedOnce() {
        GenerationReader reader = read(
                answers(() -> {
                    throw new KafkaException("no broker");
                }),
                () -> {});
        assertThat(reader.close()).isTrue();
        assertThat(reader.close()).isFalse();
        assertThat(reader.answer().isDone()).isTrue();
    }

    /** Each reader of an id that has no record may read two hours of the log. */
    @Test
    void fewReadersLookForAnAnswerThatBeganLate() {
        ResumedAnswers answers = answers(Log::new);
        List<GenerationReader> all = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            all.add(read(answers, "key_" + i, () -> {}));
        }
        await().untilAsserted(() ->
                assertThat(all).filteredOn(ResumedAnswersTest::isRefused).hasSize(1));
        all.forEach(GenerationReader::close);
        await().until(() -> answers.size() == 0);
        GenerationReader later = read(answers, () -> {});
        assertIsNotRefused(later);
        later.close();
    }

    @Test
    void aKeyLeavesHalfOfTheseSearchesToOthers() {
        ResumedAnswers answers = answers(Log::new);
        List<GenerationReader> all = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            all.add(read(answers, () -> {}));
        }
        await().untilAsserted(() ->
                assertThat(all).filteredOn(ResumedAnswersTest::isRefused).hasSize(1));
        GenerationReader other = read(answers, "key_2", () -> {});
        assertIsNotRefused(other);
        other.close();
        all.forEach(GenerationReader::close);
    }

    @Test
    void aReaderThatHasFoundItsAnswerLeavesTheSearchToOthers() {
        List<GenerationReader> found = new ArrayList<>();
        ResumedAnswers answers = answers(() -> new Log(found.size() < 4));
        for (int i = 0; i < 4; i++) {
            GenerationReader reader = read(answers, () -> {});
            assertThat(reader.answer().opening().block(Duration.ofSeconds(30))).isInstanceOf(Opening.Begun.class);
            found.add(reader);
        }
        GenerationReader later = read(answers, () -> {});
        assertIsNotRefused(later);
        later.close();
        found.forEach(GenerationReader::close);
    }

    @Test
    void findsAnAnswerThatBeganLate() {
        GenerationReader reader = read(answers(() -> new Log(true)), () -> {});
        assertThat(reader.answer().opening().block(Duration.ofSeconds(30))).isInstanceOf(Opening.Begun.class);
        reader.close();
    }

    private static void assertIsNotRefused(GenerationReader reader) {
        assertThat(reader.answer()
                        .opening()
                        .timeout(Duration.ofMillis(500), Mono.empty())
                        .blockOptional())
                .isEmpty();
    }

    private static boolean isRefused(GenerationReader reader) {
        return reader.answer().isDone()
                && reader.answer().opening().block(Duration.ofSeconds(5)) instanceof Opening.Refused refused
                && refused.status() == 503;
    }

    /** Five records of other answers, of which the fourth is late for the first one of an answer, and an end that is never read. */
    private static final class Log extends MockConsumer<String, byte[]> {
        private static final TopicPartition PARTITION = new TopicPartition(Topics.DELTAS.name(), 0);
        private static final long LATE = 3;

        Log() {
            this(false);
        }

        /** A log in which the generation begins late, or not at all. */
        Log(boolean begins) {
            super("none");
            Node broker = new Node(0, "localhost", 9);
            updatePartitions(
                    PARTITION.topic(),
                    List.of(new PartitionInfo(PARTITION.topic(), 0, broker, new Node[0], new Node[0])));
            updateBeginningOffsets(Map.of(PARTITION, 0L));
            updateEndOffsets(Map.of(PARTITION, 1_000L));
            schedulePollTask(() -> LongStream.range(0, 5)
                    .forEach(offset -> addRecord(
                            new ConsumerRecord<>(PARTITION.topic(), 0, offset, "gen_of_another", new byte[0]))));
            if (begins) {
                schedulePollTask(() -> {});
                schedulePollTask(() -> {
                    ProducerRecord<String, byte[]> first = DeltaCodec.encode(
                            new Frames(
                                    GENERATION,
                                    1,
                                    0,
                                    CacheVerdict.MISS,
                                    "data: {}\n\n".getBytes(UTF_8),
                                    false,
                                    Optional.empty(),
                                    Optional.empty()),
                            0);
                    addRecord(Received.of(first, 5));
                });
            }
        }

        /** Waits as a consumer does, so that other virtual threads run. */
        @Override
        public synchronized ConsumerRecords<String, byte[]> poll(Duration timeout) {
            LockSupport.parkNanos(Duration.ofMillis(10).toNanos());
            return super.poll(timeout);
        }

        @Override
        public synchronized Map<TopicPartition, OffsetAndTimestamp> offsetsForTimes(Map<TopicPartition, Long> times) {
            long time = times.getOrDefault(PARTITION, 0L);
            boolean begin = time <= GENERATION.madeAt().toEpochMilli();
            return Map.of(PARTITION, new OffsetAndTimestamp(begin ? 0 : LATE, time));
        }
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
