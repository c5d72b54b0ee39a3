package dev.parley.answercache.lookup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.parley.contracts.id.TenantId;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Calls that share a single thread, and therefore wait for each other. */
class BoundedCallsTest {
    private static final TenantId TENANT = new TenantId("acme");

    private final LookupSettings settings = settings(Duration.ofMillis(500));
    private final CircuitBreaker breaker = Breakers.breaker("test", settings, new SimpleMeterRegistry());
    private final ExecutorService thread = Executors.newSingleThreadExecutor();
    private final BoundedCalls calls = calls(settings);
    private final CountDownLatch thaw = new CountDownLatch(1);
    private final AtomicInteger made = new AtomicInteger();

    private static LookupSettings settings(Duration timeLimit) {
        return new LookupSettings(
                timeLimit,
                16,
                Duration.ofMillis(100),
                80,
                new BreakerSettings(100, 100, 50, Duration.ofSeconds(30), 1));
    }

    private BoundedCalls calls(LookupSettings settings) {
        return new BoundedCalls("test", "A test", thread, settings, breaker, new SimpleMeterRegistry());
    }

    @AfterEach
    void close() {
        thaw.countDown();
        thread.shutdownNow();
    }

    @Test
    void makesNoCallThatItsCallerHasGivenUp() throws InterruptedException {
        assertThat(hang()).isEqualTo("late");
        assertThat(count()).isEqualTo("crowded");
        assertThat(count()).isEqualTo("crowded");
        thaw.countDown();
        await().untilAsserted(() -> assertThat(count()).isEqualTo("made"));
        assertThat(made).hasValue(1);
    }

    /** The queue tells nothing about what is called, which may be well. */
    @Test
    void countsOnlyTheTimeOfTheCallItself() throws InterruptedException {
        assertThat(hang()).isEqualTo("late");
        assertThat(count()).isEqualTo("crowded");
        assertThat(breaker.getMetrics().getNumberOfFailedCalls()).isEqualTo(1);

        thread.execute(BoundedCallsTest::nap);
        thaw.countDown();
        assertThat(count(calls(settings(Duration.ofSeconds(10))))).isEqualTo("made");
        assertThat(breaker.getMetrics().getNumberOfSlowSuccessfulCalls()).isZero();
        assertThat(breaker.getMetrics().getNumberOfFailedCalls()).isEqualTo(1);
    }

    @Test
    void returnsThePlacesOfCallsThatWereGivenUp() throws InterruptedException {
        assertThat(hang()).isEqualTo("late");
        BoundedCalls brief = calls(settings(Duration.ofMillis(50)));
        for (int i = 0; i < 10; i++) {
            assertThat(count(brief)).isEqualTo("crowded");
        }
        thaw.countDown();
        for (int i = 0; i < 10; i++) {
            await().untilAsserted(() -> assertThat(count(brief)).isEqualTo("made"));
        }
    }

    private String hang() throws InterruptedException {
        return calls.call(
                TENANT,
                () -> {
                    thaw.await();
                    return "made";
                },
                _ -> "made",
                outcome -> outcome);
    }

    private String count() throws InterruptedException {
        return count(calls);
    }

    private String count(BoundedCalls calls) throws InterruptedException {
        return calls.call(
                TENANT,
                () -> {
                    made.incrementAndGet();
                    return "made";
                },
                _ -> "made",
                outcome -> outcome);
    }

    /** Longer than what counts as slow, and shorter than the time limit. */
    private static void nap() {
        try {
            Thread.sleep(150);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
