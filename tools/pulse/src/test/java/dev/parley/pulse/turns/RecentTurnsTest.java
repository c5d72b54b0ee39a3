package dev.parley.pulse.turns;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.pulse.TestClock;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class RecentTurnsTest {
    private static final Instant NOON = Instant.parse("2026-11-24T12:00:00Z");
    private static final Duration MINUTE = Duration.ofMinutes(1);
    private static final Duration HISTORY = Duration.ofMinutes(5);

    private final TestClock clock = new TestClock(NOON);
    private final RecentTurns turns = new RecentTurns(HISTORY, 3, clock);

    @Test
    void dropsOldTurnsInAnyOrderOfArrival() {
        turns.add(0, 0, SampleTurns.cached(NOON.minusSeconds(30)));
        turns.add(1, 0, SampleTurns.cached(NOON.minusSeconds(290)));
        assertThat(turns.within(MINUTE)).hasSize(1);
        assertThat(turns.within(HISTORY)).hasSize(2);
        clock.pass(Duration.ofSeconds(20));
        assertThat(turns.within(HISTORY)).hasSize(1);
        clock.pass(HISTORY);
        assertThat(turns.within(HISTORY)).isEmpty();
        assertThat(turns.known(HISTORY)).isEqualTo(HISTORY);
    }

    @Test
    void keepsTheLatestAndTheTimeThatTheyCover() {
        for (int i = 0; i < 5; i++) {
            turns.add(0, i, SampleTurns.cached(NOON.minusSeconds(100 - i * 10)));
        }
        assertThat(turns.within(HISTORY)).hasSize(3);
        assertThat(turns.known(HISTORY)).isEqualTo(Duration.ofSeconds(90));
        assertThat(turns.known(MINUTE)).isEqualTo(MINUTE);
    }

    @Test
    void countsTurnsAndNotOffsets() {
        turns.begin(4, 10);
        turns.add(4, 10, SampleTurns.cached(NOON));
        turns.add(4, 12, SampleTurns.cached(NOON));
        turns.add(5, 13, SampleTurns.cached(NOON));
        assertThat(turns.countFrom(4, 10)).hasValue(2);
        assertThat(turns.countFrom(4, 11)).hasValue(1);
        assertThat(turns.countFrom(4, 13)).hasValue(0);
    }

    @Test
    void countIsUnknownWhereTurnsAreMissing() {
        turns.begin(4, 10);
        assertThat(turns.countFrom(4, 9)).isEmpty();
        assertThat(turns.countFrom(5, 10)).isEmpty();
        for (int i = 0; i < 4; i++) {
            turns.add(4, 10 + i, SampleTurns.cached(NOON.plusMillis(i)));
        }
        assertThat(turns.countFrom(4, 10)).as("one of them was dropped").isEmpty();
        assertThat(turns.countFrom(4, 11)).hasValue(3);
    }
}
