package dev.parley.pulse;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class OpsMonitorTest {
    private static final Duration SOON = Duration.ofSeconds(15);

    private final AtomicInteger started = new AtomicInteger();
    private final AtomicInteger closed = new AtomicInteger();
    private final AtomicInteger made = new AtomicInteger();
    private final OpsMonitor monitor = new OpsMonitor(CountingReaders::new, Duration.ofSeconds(2));

    /** Reads nothing, and counts its calls. */
    private final class CountingReaders implements OpsMonitor.Readers {
        private final OpsReadings readings = new OpsReadings(Map.of(), Duration.ofSeconds(2), Clock.systemUTC());

        CountingReaders() {
            started.incrementAndGet();
        }

        @Override
        public OpsSnapshot snapshot() {
            made.incrementAndGet();
            return readings.snapshot();
        }

        @Override
        public void close() {
            closed.incrementAndGet();
        }
    }

    @AfterEach
    void close() {
        monitor.close();
    }

    @Test
    void sharesTheReadersAndStopsThemWhenIdle() {
        assertThat(started).hasValue(0);
        for (int i = 0; i < 100; i++) {
            monitor.snapshot();
        }
        assertThat(started).hasValue(1);
        assertThat(made.get()).as("snapshots made for 100 requests").isLessThan(50);
        assertThat(closed).hasValue(0);
        await().atMost(SOON).until(() -> closed.get() == 1);
        monitor.snapshot();
        assertThat(started).hasValue(2);
    }

    @Test
    void keepsReadingBetweenRequests() {
        await().pollDelay(Duration.ofMillis(700)).atMost(SOON).until(() -> {
            monitor.snapshot();
            return made.get() == 5;
        });
        assertThat(started).hasValue(1);
    }

    @Test
    void readsNothingOnceClosed() {
        monitor.snapshot();
        monitor.close();
        assertThat(closed).hasValue(1);
        assertThatThrownBy(monitor::snapshot).isInstanceOf(IllegalStateException.class);
        assertThat(started).hasValue(1);
    }
}
