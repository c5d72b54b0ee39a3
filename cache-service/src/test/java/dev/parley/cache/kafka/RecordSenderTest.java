package dev.parley.cache.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.TimeoutException;
import org.junit.jupiter.api.Test;

class RecordSenderTest {
    private final MockProducer<String, byte[]> producer = Records.producer(false);
    private final RecordSender<String> sender = new RecordSender<>(producer, Duration.ofMillis(5));

    @Test
    void isDoneWhenTheBrokerHasTheRecord() {
        CompletableFuture<Void> sent = sender.sendUntilAcknowledged(RecordSenderTest::outgoing);
        assertThat(sent).isNotDone();
        producer.completeNext();
        assertThat(sent).isCompleted();
    }

    @Test
    void sendsAgainUntilTheBrokerHasIt() {
        CompletableFuture<Void> sent = sender.sendUntilAcknowledged(RecordSenderTest::outgoing);
        for (int failures = 1; failures <= 3; failures++) {
            producer.errorNext(new TimeoutException("no broker"));
            int sends = failures + 1;
            await().untilAsserted(() -> assertThat(producer.history()).hasSize(sends));
        }
        assertThat(sent).isNotDone();
        producer.completeNext();
        assertThat(sent).succeedsWithin(Duration.ofSeconds(5));
    }

    @Test
    void sendsAgainWhatTheProducerWouldNotEvenTake() {
        producer.sendException = new TimeoutException("no metadata");
        CompletableFuture<Void> sent = sender.sendUntilAcknowledged(RecordSenderTest::outgoing);
        assertThat(sent).isNotDone();
        producer.sendException = null;
        await().until(producer::completeNext);
        assertThat(sent).succeedsWithin(Duration.ofSeconds(5));
    }

    @Test
    void givesUpWhatIsTooLarge() {
        CompletableFuture<Void> sent = sender.sendUntilAcknowledged(RecordSenderTest::outgoing);
        producer.errorNext(new RecordTooLargeException("too large"));
        assertThat(sent)
                .failsWithin(Duration.ofSeconds(5))
                .withThrowableThat()
                .withCauseInstanceOf(RecordTooLargeException.class);
        assertThat(producer.history()).hasSize(1);
    }

    @Test
    void givesUpWhenItIsClosed() {
        CompletableFuture<Void> sent = sender.sendUntilAcknowledged(RecordSenderTest::outgoing);
        sender.close();
        producer.errorNext(new TimeoutException("no broker"));
        assertThat(sent).isCompletedExceptionally();
        assertThat(sender.send(outgoing())).isCompletedExceptionally();
        assertThat(producer.history()).hasSize(1);
    }

    @Test
    void tellsTheCause() {
        TimeoutException cause = new TimeoutException("no broker");
        assertThat(RecordSender.cause(new CompletionException(cause))).isSameAs(cause);
        assertThat(RecordSender.cause(cause)).isSameAs(cause);
    }

    private static ProducerRecord<String, byte[]> outgoing() {
        return new ProducerRecord<>("chat.inference", "key", new byte[] {1});
    }
}
