package dev.parley.eventlog;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.contracts.topic.Topics;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

class FoldedTopicTest {
    private static final TopicPartition PARTITION = new TopicPartition(Topics.KEYS.name(), 0);

    private static final class Known implements FoldedTopic.State {
        private final AtomicBoolean complete = new AtomicBoolean();

        @Override
        public void add(ConsumerRecord<String, byte[]> event) {}

        @Override
        public void complete() {
            complete.set(true);
        }
    }

    /** A poll of an empty topic takes 500 ms, in which a gateway would not be ready. */
    @Test
    void anEmptyTopicIsCompleteBeforeTheFirstPollEnds() throws Exception {
        assertThat(isCompleteInTheFirstPoll(0)).isTrue();
        assertThat(isCompleteInTheFirstPoll(1)).isFalse();
    }

    private static boolean isCompleteInTheFirstPoll(long end) throws Exception {
        MockConsumer<String, byte[]> consumer = new MockConsumer<>("earliest");
        consumer.updateBeginningOffsets(Map.of(PARTITION, 0L));
        consumer.updateEndOffsets(Map.of(PARTITION, end));
        Known known = new Known();
        CompletableFuture<Boolean> complete = new CompletableFuture<>();
        consumer.schedulePollTask(() -> complete.complete(known.complete.get()));
        try (FoldedTopic<Known> topic = new FoldedTopic<>(
                Topics.KEYS,
                () -> consumer,
                new LogEnd(() -> CompletableFuture.completedFuture(end), () -> {}),
                Duration.ofSeconds(1),
                known)) {
            Thread.startVirtualThread(topic.tail());
            return complete.get(20, TimeUnit.SECONDS);
        }
    }
}
