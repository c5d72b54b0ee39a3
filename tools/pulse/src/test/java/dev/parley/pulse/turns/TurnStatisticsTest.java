package dev.parley.pulse.turns;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.parley.pulse.turns.TurnStatistics.ErrorCount;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class TurnStatisticsTest {
    private static final Instant NOON = Instant.parse("2026-11-24T12:00:00Z");
    private static final Duration MINUTE = Duration.ofMinutes(1);

    @Test
    void areEmptyWithoutTurns() {
        TurnStatistics statistics = TurnStatistics.of(List.of(), MINUTE);
        assertThat(statistics).isEqualTo(new TurnStatistics(60, 0, 0, Optional.empty(), 0, 0, Map.of(), List.of()));
    }

    @Test
    void hitRateCountsLookedUpTurnsOnly() {
        TurnStatistics statistics = TurnStatistics.of(
                List.of(
                        SampleTurns.cached(NOON),
                        SampleTurns.uncached(NOON, 100),
                        SampleTurns.uncached(NOON, 100),
                        SampleTurns.failed(NOON)),
                MINUTE);
        assertThat(statistics.ended()).isEqualTo(4);
        assertThat(statistics.failed()).isEqualTo(1);
        assertThat(statistics.hitRate())
                .hasValueSatisfying(rate -> assertThat(rate).isEqualTo(1 / 3.0));
    }

    @Test
    void extrapolatesTheCost() {
        TurnStatistics statistics = TurnStatistics.of(
                List.of(SampleTurns.uncached(NOON, 1), SampleTurns.uncached(NOON, 1)), Duration.ofSeconds(30));
        assertThat(statistics.costUsdPerHour()).isEqualTo(2.4, within(1e-9));
    }

    @Test
    void countsTheTurnsWhoseCostIsKnown() {
        TurnStatistics statistics = TurnStatistics.of(
                List.of(SampleTurns.uncached(NOON, 1), SampleTurns.cached(NOON), SampleTurns.unpriced(NOON)), MINUTE);
        assertThat(statistics.priced()).isEqualTo(2);
        assertThat(statistics.costUsdPerHour()).isEqualTo(0.6, within(1e-9));
    }

    @Test
    void stagesCountTheTurnsThatPassedThem() {
        TurnStatistics statistics =
                TurnStatistics.of(List.of(SampleTurns.cached(NOON), SampleTurns.uncached(NOON, 100)), MINUTE);
        assertThat(statistics.stages())
                .containsEntry("session", new Percentiles(2, 1, 1))
                .containsEntry("cache", new Percentiles(2, 2, 2))
                .containsEntry("queue", new Percentiles(1, 3, 3))
                .containsEntry("claude_first_token", new Percentiles(1, 50, 50))
                .containsEntry("claude", new Percentiles(1, 100, 100))
                .containsEntry("first_token", new Percentiles(2, 3, 56))
                .containsEntry("total", new Percentiles(2, 6, 106));
    }

    @Test
    void separatesFailedAnswersFromFailedCalls() {
        TurnStatistics statistics = TurnStatistics.of(
                List.of(
                        SampleTurns.failed(NOON, "refused", "refused", "broken"),
                        SampleTurns.failed(NOON, "cancelled")),
                MINUTE);
        assertThat(statistics.errors())
                .containsExactly(
                        new ErrorCount("answers", "overloaded_error", 529, 2),
                        new ErrorCount("calls", "refused", 529, 2),
                        new ErrorCount("calls", "broken", 200, 1));
    }
}
