package dev.parley.gateway.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.parley.contracts.id.GenerationId;
import dev.parley.contracts.id.TenantId;
import dev.parley.eventlog.deletion.Deletions;
import dev.parley.gateway.answer.AnswerSettings;
import dev.parley.gateway.answer.Opening;
import dev.parley.gateway.answer.ResumeSettings;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.common.KafkaException;
import org.junit.jupiter.api.Test;

class AnswerReadersTest {
    private static final GenerationId GENERATION = GenerationId.unsigned(Clock.systemUTC(), 0);

    private static AnswerReaders readers(Supplier<Consumer<String, byte[]>> consumers) {
        return new AnswerReaders(
                consumers,
                Deletions::new,
                (_, _) -> {},
                new AnswerSettings(
                        1,
                        1,
                        Duration.ofSeconds(10),
                        Duration.ofSeconds(10),
                        Duration.ofMinutes(15),
                        Duration.ofSeconds(15)),
                new ResumeSettings(1, 1_000, Duration.ofSeconds(60)),
                Clock.systemUTC());
    }

    private static GenerationReader read(AnswerReaders readers, Runnable ended) {
        return readers.read(new TenantId("acme"), GENERATION, Optional.empty(), ended);
    }

    @Test
    void respondsWithUnavailableWhenTheLogCannotBeReached() {
        AnswerReaders readers = readers(() -> {
            throw new KafkaException("no broker");
        });
        GenerationReader reader = read(readers, () -> {});
        assertThat(reader.answer().opening().block(Duration.ofSeconds(5)))
                .isInstanceOfSatisfying(
                        Opening.Refused.class,
                        refused -> assertThat(refused.status()).isEqualTo(503));
        await().until(() -> readers.size() == 0);
    }

    @Test
    void aReadingHoldsItsPlaceUntilItEnds() {
        AtomicInteger ended = new AtomicInteger();
        CountDownLatch brokerAnswers = new CountDownLatch(1);
        AnswerReaders readers = readers(() -> {
            awaitQuietly(brokerAnswers);
            throw new KafkaException("no broker");
        });
        GenerationReader _ = read(readers, ended::incrementAndGet);
        assertThat(ended).hasValue(0);
        brokerAnswers.countDown();
        await().until(() -> readers.size() == 0 && ended.get() == 1);
    }

    @Test
    void isClosedOnce() {
        GenerationReader reader = read(
                readers(() -> {
                    throw new KafkaException("no broker");
                }),
                () -> {});
        assertThat(reader.close()).isTrue();
        assertThat(reader.close()).isFalse();
        assertThat(reader.answer().isDone()).isTrue();
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
