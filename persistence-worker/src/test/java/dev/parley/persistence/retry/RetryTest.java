package dev.parley.persistence.retry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parley.persistence.turn.StoreUnavailableException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.threeten.extra.MutableClock;

class RetryTest {
    private static final Instant START = Instant.parse("2026-11-24T10:00:00Z");
    private final Exception cause = new IllegalStateException("throttled");

    private final MutableClock clock = MutableClock.of(START, ZoneOffset.UTC);
    private final List<Duration> pauses = new ArrayList<>();
    private final RetrySettings settings = new RetrySettings(
            Duration.ofMillis(100), Duration.ofSeconds(1), Duration.ofSeconds(3), Duration.ofSeconds(8));
    private final Retry retry = new Retry(settings, clock, this::advance, () -> 1);

    private boolean advance(Duration pause) {
        pauses.add(pause);
        clock.add(pause);
        return true;
    }

    @Test
    void backsOffUntilItsTimeout() {
        Deadline deadline = retry.deadline();
        assertThatThrownBy(() -> {
                    for (int failures = 1; failures < 100; failures++) {
                        retry.pause(failures, deadline, cause);
                    }
                })
                .isInstanceOf(StoreUnavailableException.class)
                .hasCause(cause);
        assertThat(pauses).extracting(Duration::toMillis).containsExactly(100L, 200L, 400L, 800L, 1000L);
        assertThat(clock.instant()).isBeforeOrEqualTo(START.plusSeconds(3));
    }

    @Test
    void progressExtendsADeadlineUpToItsMaximum() {
        Deadline deadline = retry.deadline();
        assertThat(deadline.isBefore(START.plusSeconds(3))).isFalse();
        assertThat(deadline.isBefore(START.plusSeconds(3).plusNanos(1))).isTrue();
        clock.add(Duration.ofSeconds(2));
        deadline.progressed();
        assertThat(deadline.isBefore(START.plusSeconds(5))).isFalse();
        assertThat(deadline.isBefore(START.plusSeconds(5).plusNanos(1))).isTrue();
        clock.add(Duration.ofSeconds(4));
        deadline.progressed();
        assertThat(deadline.isBefore(START.plusSeconds(8))).isFalse();
        assertThat(deadline.isBefore(START.plusSeconds(8).plusNanos(1))).isTrue();
    }

    @Test
    void stopsAtShutdown() {
        PauseUntilStop pause = new PauseUntilStop();
        Retry stopped = new Retry(
                new RetrySettings(Duration.ofHours(1), Duration.ofHours(1), Duration.ofHours(9), Duration.ofHours(9)),
                clock,
                pause,
                () -> 1);
        pause.stop();
        assertThatThrownBy(() -> stopped.pause(1, stopped.deadline(), cause))
                .isInstanceOf(StoreUnavailableException.class)
                .hasMessage("stopping");
    }
}
