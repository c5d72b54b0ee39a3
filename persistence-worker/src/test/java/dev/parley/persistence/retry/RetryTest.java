package dev.parley.persistence.retry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parley.persistence.turn.StoreUnavailableException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class RetryTest {
    private final Exception cause = new IllegalStateException("throttled");

    private final List<Duration> pauses = new ArrayList<>();
    private final BatchRetrySettings settings = new BatchRetrySettings(
            Duration.ofMillis(100), Duration.ofSeconds(1), Duration.ofSeconds(3), Duration.ofSeconds(8));
    private final Retry retry = new Retry(settings, () -> this.nanos, this::advance, () -> 1);
    private long nanos;

    private boolean advance(Duration pause) {
        pauses.add(pause);
        nanos += pause.toNanos();
        return true;
    }

    @Test
    void backsOffUntilItsTimeout() {
        Deadline deadline = retry.deadline();
        assertThatThrownBy(() -> {
                    for (int failures = 1; failures < 100; failures++) {
                        retry.pause(failures, deadline, "throttled", cause);
                    }
                })
                .isInstanceOf(StoreUnavailableException.class)
                .hasMessageEndingWith("6 failures in a row, the last one: throttled")
                .hasCause(cause);
        assertThat(pauses).extracting(Duration::toMillis).containsExactly(100L, 200L, 400L, 800L, 1000L);
        assertThat(nanos).isLessThanOrEqualTo(Duration.ofSeconds(3).toNanos());
    }

    @Test
    void progressExtendsADeadlineUpToItsMaximum() {
        Deadline deadline = retry.deadline();
        assertThat(deadline.isWithin(Duration.ofSeconds(3))).isFalse();
        assertThat(deadline.isWithin(Duration.ofSeconds(3).plusNanos(1))).isTrue();
        nanos = Duration.ofSeconds(2).toNanos();
        deadline.progressed();
        assertThat(deadline.isWithin(Duration.ofSeconds(3))).isFalse();
        assertThat(deadline.isWithin(Duration.ofSeconds(3).plusNanos(1))).isTrue();
        nanos = Duration.ofSeconds(6).toNanos();
        deadline.progressed();
        assertThat(deadline.isWithin(Duration.ofSeconds(2))).isFalse();
        assertThat(deadline.isWithin(Duration.ofSeconds(2).plusNanos(1))).isTrue();
    }

    @Test
    void stopsAtShutdown() {
        PauseUntilStop pause = new PauseUntilStop();
        Retry stopped = new Retry(
                new BatchRetrySettings(
                        Duration.ofHours(1), Duration.ofHours(1), Duration.ofHours(9), Duration.ofHours(9)),
                () -> nanos,
                pause,
                () -> 1);
        pause.stop();
        assertThatThrownBy(() -> stopped.pause(1, stopped.deadline(), "throttled", cause))
                .isInstanceOf(StoreUnavailableException.class)
                .hasMessage("stopping");
    }
}
