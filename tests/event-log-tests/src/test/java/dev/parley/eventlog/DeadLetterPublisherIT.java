package dev.parley.eventlog;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.contracts.event.DeadLetter;
import dev.parley.contracts.event.EventHeaders;
import dev.parley.contracts.topic.Topic;
import dev.parley.contracts.topic.Topics;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Dead letters on a topic that bounds the size of its records. */
@Timeout(120)
class DeadLetterPublisherIT {
    private static final Topic DEAD = Topics.REQUESTS.dead();

    private final KafkaClients clients = Broker.clients();
    private final Counter published = DeadLetterCounter.of(new SimpleMeterRegistry(), "group", Topics.REQUESTS);
    private final DeadLetterPublisher deadLetters =
            new DeadLetterPublisher(() -> clients.deadLetterProducer("test", Map.of()), published);

    @BeforeEach
    void empty() throws Exception {
        Broker.withEmptyTopics();
    }

    @Test
    void keepsKeyValueAndHeaders() {
        ConsumerRecord<String, byte[]> unreadable = unreadable("value".getBytes(UTF_8));
        unreadable.headers().add("mark", "kept".getBytes(UTF_8));
        deadLetters.publish(unreadable, "no JSON").join();
        ConsumerRecord<String, byte[]> letter = onlyLetter();
        assertThat(letter.key()).isEqualTo("key");
        assertThat(letter.value()).isEqualTo("value".getBytes(UTF_8));
        assertThat(new EventHeaders(letter.headers()).require("mark")).isEqualTo("kept");
        assertThat(new EventHeaders(letter.headers()).require(DeadLetter.OFFSET))
                .isEqualTo("42");
        assertThat(published.count()).isOne();
    }

    @Test
    void keepsTheOriginOfARecordThatIsTooLargeForItsTopic() {
        deadLetters
                .publishWithRetries(unreadable(new byte[DEAD.recordBytesMax()]), "no JSON")
                .join();
        ConsumerRecord<String, byte[]> letter = onlyLetter();
        assertThat(letter.value()).isNull();
        assertThat(new EventHeaders(letter.headers()).require(DeadLetter.REASON))
                .startsWith("no JSON; too large");
        assertThat(new EventHeaders(letter.headers()).require(DeadLetter.PARTITION))
                .isEqualTo("5");
    }

    private static ConsumerRecord<String, byte[]> unreadable(byte[] value) {
        return new ConsumerRecord<>(Topics.REQUESTS.name(), 5, 42, "key", value);
    }

    private static ConsumerRecord<String, byte[]> onlyLetter() {
        List<ConsumerRecord<String, byte[]>> letters = Broker.records(DEAD);
        assertThat(letters).hasSize(1);
        return letters.getFirst();
    }
}
