package dev.parley.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.test.scheduler.VirtualTimeScheduler;

class PhasedLifecycleTest {
    private static final Duration PERIOD = Duration.ofSeconds(1);

    private final VirtualTimeScheduler time = VirtualTimeScheduler.getOrSet();

    @AfterEach
    void resetTime() {
        VirtualTimeScheduler.reset();
    }

    @Test
    void leavesOutThePeriodsThatEndWhileTheWorkRuns() {
        AtomicInteger runs = new AtomicInteger();
        Sinks.Empty<Void> end = Sinks.empty();
        PhasedLifecycle lifecycle = PhasedLifecycle.repeating("The work", PERIOD, PERIOD, Mono.defer(() -> {
            runs.incrementAndGet();
            return end.asMono();
        }));
        lifecycle.start();
        time.advanceTimeBy(PERIOD.multipliedBy(10));
        assertThat(runs).hasValue(1);
        end.tryEmitEmpty();
        assertThat(runs).hasValue(1);
        time.advanceTimeBy(PERIOD);
        assertThat(runs).hasValue(2);
        lifecycle.stop();
    }
}
