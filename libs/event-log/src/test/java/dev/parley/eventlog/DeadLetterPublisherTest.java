package dev.parley.eventlog;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.parley.contracts.event.DeadLetter;
import dev.parley.contracts.event.EventHeaders;
import dev.parley.contracts.topic.Topics;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class DeadLetterPublisherTest {
    private final MockProducer<byte[], byte[]> producer =
            new MockProducer<>(false, null, new ByteArraySerializer(), new ByteArraySerializer());
    private final Counter published = DeadLetterCounter.of(new SimpleMeterRegistry(), "group", Topics.TURNS);
    private final DeadLetterPublisher deadLetters = new DeadLetterPublisher(() -> producer, published);
    private final AtomicInteger stored = new AtomicInteger();
    private final ConsumerRecord<String, byte[]> unreadable =
            new ConsumerRecord<>("chat.requests", 5, 42, "key", "value".getBytes(UTF_8));

    @BeforeEach
    void mark() {
        unreadable.headers().add("mark", "kept".getBytes(UTF_8));
    }

    @Test
    void keepsTheRecordAndAddsItsOriginAndTheReason() {
        send();
        assertThat(stored).hasValue(0);
        assertThat(published.count()).isZero();
        producer.completeNext();
        assertThat(stored).hasValue(1);
        assertThat(published.count()).isOne();
        ProducerRecord<byte[], byte[]> letter = producer.history().getFirst();
        assertThat(letter.topic()).isEqualTo("chat.requests.dead");
        assertThat(letter.value()).isEqualTo("value".getBytes(UTF_8));
        assertThat(header(letter, "mark")).isEqualTo("kept");
        assertThat(header(letter, DeadLetter.REASON)).isEqualTo("no JSON");
        assertThat(header(letter, DeadLetter.PARTITION)).isEqualTo("5");
        assertThat(header(letter, DeadLetter.OFFSET)).isEqualTo("42");
    }

    @Test
    void cutsDownARecordThatItsTopicFindsTooLarge() {
        send();
        producer.errorNext(new RecordTooLargeException("too large"));
        ProducerRecord<byte[], byte[]> letter = sent(2).getLast();
        assertThat(letter.value()).isNull();
        assertThat(header(letter, DeadLetter.REASON)).startsWith("no JSON; ").contains("5 bytes");
        assertThat(header(letter, DeadLetter.OFFSET)).isEqualTo("42");
        producer.completeNext();
        assertThat(stored).hasValue(1);
    }

    @Test
    void keepsTheCutDownRecordWhileTheBrokerIsAway() {
        send();
        producer.errorNext(new RecordTooLargeException("too large"));
        sent(2);
        producer.errorNext(new TimeoutException("away"));
        assertThat(sent(3).getLast().value()).isNull();
    }

    @Test
    void retriesUntilTheBrokerHasIt() {
        send();
        producer.errorNext(new TimeoutException("away"));
        assertThat(sent(2).getLast().value()).isEqualTo("value".getBytes(UTF_8));
        assertThat(stored).hasValue(0);
        producer.completeNext();
        assertThat(stored).hasValue(1);
    }

    @Test
    void retriesWhenTheProducerThrows() {
        producer.sendException = new KafkaException("no metadata");
        send();
        producer.sendException = null;
        sent(1);
        producer.completeNext();
        assertThat(stored).hasValue(1);
    }

    @Test
    void withoutRetriesItFailsAsTheProducerDoes() {
        CompletableFuture<Void> published = deadLetters.publish(unreadable, "no JSON");
        producer.errorNext(new TimeoutException("away"));
        assertThat(published).isCompletedExceptionally();
        assertThat(producer.history()).hasSize(1);
    }

    @Test
    void withoutRetriesItCutsDownARecordThatIsTooLarge() {
        CompletableFuture<Void> published = deadLetters.publish(unreadable, "no JSON");
        producer.errorNext(new RecordTooLargeException("too large"));
        producer.completeNext();
        assertThat(published).isCompleted();
        assertThat(producer.history().getLast().value()).isNull();
    }

    private void send() {
        var _ = deadLetters.publishWithRetries(unreadable, "no JSON").thenRun(stored::incrementAndGet);
    }

    private List<ProducerRecord<byte[], byte[]>> sent(int count) {
        await().until(() -> producer.history().size() >= count);
        return producer.history();
    }

    private static String header(ProducerRecord<byte[], byte[]> letter, String name) {
        return new EventHeaders(letter.headers()).require(name);
    }
}
