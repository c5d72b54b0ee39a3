package dev.parley.cache.kafka;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.contracts.event.DeadLetter;
import dev.parley.contracts.event.EventHeaders;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;

class DeadLettersTest {
    private final MockProducer<byte[], byte[]> producer =
            new MockProducer<>(false, null, new ByteArraySerializer(), new ByteArraySerializer());
    private final DeadLetters deadLetters = new DeadLetters(new RecordSender<>(producer, Duration.ofMillis(5)));
    private final ConsumerRecord<String, byte[]> unreadable = unreadable();

    @Test
    void keepsTheRecordAndSaysWhyAndWhence() {
        CompletableFuture<Void> put = deadLetters.put(unreadable, "no JSON");
        producer.completeNext();
        assertThat(put).isCompleted();
        ProducerRecord<byte[], byte[]> letter = producer.history().getFirst();
        assertThat(letter.topic()).isEqualTo("chat.requests.dead");
        assertThat(letter.key()).isEqualTo("key".getBytes(UTF_8));
        assertThat(letter.value()).isEqualTo("value".getBytes(UTF_8));
        EventHeaders headers = new EventHeaders(letter.headers());
        assertThat(headers.require("mark")).isEqualTo("kept");
        assertThat(headers.require(DeadLetter.REASON)).isEqualTo("no JSON");
        assertThat(headers.require(DeadLetter.PARTITION)).isEqualTo("5");
        assertThat(headers.require(DeadLetter.OFFSET)).isEqualTo("42");
    }

    @Test
    void leavesOutAValueThatIsTooLargeForALetter() {
        CompletableFuture<Void> put = deadLetters.put(unreadable, "no JSON");
        producer.errorNext(new RecordTooLargeException("too large"));
        producer.completeNext();
        assertThat(put).isCompleted();
        ProducerRecord<byte[], byte[]> letter = producer.history().getLast();
        assertThat(letter.value()).isNull();
        assertThat(new EventHeaders(letter.headers()).require(DeadLetter.REASON))
                .startsWith("no JSON; ")
                .contains("5 bytes");
    }

    /** Not its value is too large, but its key. */
    @Test
    void leavesOutAKeyThatIsTooLargeForALetter() {
        ProducerRecord<String, byte[]> sent =
                new ProducerRecord<>("chat.requests", "k".repeat(1_000_000), "value".getBytes(UTF_8));
        CompletableFuture<Void> put = deadLetters.put(Records.received(sent, 42), "no JSON");
        producer.errorNext(new RecordTooLargeException("too large"));
        producer.completeNext();
        assertThat(put).isCompleted();
        assertThat(producer.history().getLast().key()).isNull();
    }

    private static ConsumerRecord<String, byte[]> unreadable() {
        ProducerRecord<String, byte[]> sent = new ProducerRecord<>("chat.requests", "key", "value".getBytes(UTF_8));
        sent.headers().add("mark", "kept".getBytes(UTF_8));
        return Records.received(sent, 42);
    }
}
