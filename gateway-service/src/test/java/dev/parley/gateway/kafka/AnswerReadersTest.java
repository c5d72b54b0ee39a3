package dev.parley.gateway.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.parley.contracts.id.GenerationId;
import dev.parley.gateway.answer.AnswerSettings;
import dev.parley.gateway.answer.Opening;
import dev.parley.gateway.answer.ResumeSettings;
import dev.parley.gateway.answer.ResumedAnswer;
import dev.parley.gateway.places.FairPool;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import org.apache.kafka.common.KafkaException;
import org.junit.jupiter.api.Test;

class AnswerReadersTest {
    private static ResumedAnswer answer() {
        return new ResumedAnswer(
                GenerationId.unsigned(Clock.systemUTC(), 0),
                Optional.empty(),
                new AnswerSettings(
                        1,
                        1,
                        Duration.ofSeconds(10),
                        Duration.ofSeconds(10),
                        Duration.ofMinutes(15),
                        Duration.ofSeconds(15)),
                new ResumeSettings(1, 1, Duration.ofSeconds(60)),
                _ -> false,
                Clock.systemUTC());
    }

    @Test
    void respondsWithUnavailableWhenTheLogCannotBeReached() {
        AnswerReaders readers = new AnswerReaders(() -> {
            throw new KafkaException("no broker");
        });
        ResumedAnswer answer = answer();
        readers.read(answer, new FairPool(1).reservation("a"));
        assertThat(answer.opening().block(Duration.ofSeconds(5)))
                .isInstanceOfSatisfying(
                        Opening.Refused.class,
                        refused -> assertThat(refused.status()).isEqualTo(503));
        await().until(() -> readers.size() == 0);
    }

    @Test
    void aReadingHoldsItsPlaceUntilItEnds() {
        FairPool places = new FairPool(1);
        FairPool.Reservation place = places.reservation("a");
        place.take(1);
        CountDownLatch brokerAnswers = new CountDownLatch(1);
        AnswerReaders readers = new AnswerReaders(() -> {
            awaitQuietly(brokerAnswers);
            throw new KafkaException("no broker");
        });
        readers.read(answer(), place);
        assertThat(places.taken()).isEqualTo(1);
        brokerAnswers.countDown();
        await().until(() -> readers.size() == 0 && places.taken() == 0);
    }

    @Test
    void isClosedOnce() {
        GenerationReader reader = new GenerationReader(
                () -> {
                    throw new KafkaException("no broker");
                },
                answer());
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
