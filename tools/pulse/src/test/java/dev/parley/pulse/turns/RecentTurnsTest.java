package dev.parley.pulse.turns;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import org.junit.jupiter.api.Test;
import org.threeten.extra.MutableClock;

class RecentTurnsTest {
    private static final Instant NOON = Instant.parse("2026-11-24T12:00:00Z");
    private static final Duration MINUTE = Duration.ofMinutes(1);
    private static final Duration HISTORY = Duration.ofMinutes(5);

    private final MutableClock clock = MutableClock.of(NOON, ZoneOffset.UTC);
    private final RecentTurns turns = new RecentTurns(HISTORY, 3, clock);

    @Test
    void dropsOldTurnsInAnyOrderOfArrival() {
        turns.add(SampleTurns.cached(NOON.minusSeconds(30)));
        turns.add(SampleTurns.cached(NOON.minusSeconds(290)));
        assertThat(turns.within(MINUTE)).hasSize(1);
        assertThat(turns.within(HISTORY)).hasSize(2);
        clock.add(Duration.ofSeconds(20));
        assertThat(turns.within(HISTORY)).hasSize(1);
        clock.add(HISTORY);
        assertThat(turns.within(HISTORY)).isEmpty();
        assertThat(turns.known(HISTORY)).isEqualTo(HISTORY);
    }

    @Test
    void keepsTheLatestAndTheTimeThatTheyCover() {
        for (int i = 0; i < 5; i++) {
            turns.add(SampleTurns.cached(NOON.minusSeconds(100 - i * 10)));
        }
        assertThat(turns.within(HISTORY)).hasSize(3);
        assertThat(turns.known(HISTORY)).isEqualTo(Duration.ofSeconds(90));
        assertThat(turns.known(MINUTE)).isEqualTo(MINUTE);
    }
}
