package dev.parley.cache.kafka;

import static dev.parley.cache.Examples.fingerprint;
import static dev.parley.cache.Examples.requested;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.parley.contracts.event.CachePolicy;
import dev.parley.contracts.event.RequestCodec;
import java.time.Duration;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.junit.jupiter.api.Test;

class PollClockTest {
    private static final Duration WHILE = Duration.ofMillis(30);

    private final PollClock clock = new PollClock();
    private final MockConsumer<String, byte[]> consumer = new MockConsumer<>("earliest");
    private final ConsumerRecord<String, byte[]> event =
            Records.received(RequestCodec.encode(requested(fingerprint(), CachePolicy.USE)), 0);

    @Test
    void countsFromTheFirstRecordOfAPoll() {
        clock.setupThreadState(consumer);
        letPass();
        clock.intercept(event, consumer);
        assertThat(clock.sincePoll()).isLessThan(WHILE);
        letPass();
        clock.intercept(event, consumer);
        assertThat(clock.sincePoll()).isGreaterThanOrEqualTo(WHILE);
    }

    @Test
    void startsAnewWithTheNextPoll() {
        clock.setupThreadState(consumer);
        clock.intercept(event, consumer);
        letPass();
        clock.setupThreadState(consumer);
        clock.intercept(event, consumer);
        assertThat(clock.sincePoll()).isLessThan(WHILE);
    }

    private static void letPass() {
        long start = System.nanoTime();
        await().pollInterval(Duration.ofMillis(5)).until(() -> System.nanoTime() - start > WHILE.toNanos());
    }
}
