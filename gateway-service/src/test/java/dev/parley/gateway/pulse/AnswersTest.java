package dev.parley.gateway.pulse;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.parley.gateway.pulse.Answers.ErrorCount;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class AnswersTest {
    private static final Instant NOON = Instant.parse("2026-11-24T12:00:00Z");
    private static final Duration MINUTE = Duration.ofMinutes(1);

    @Test
    void saysNothingOfNothing() {
        Answers answers = Answers.of(List.of(), MINUTE);
        assertThat(answers).isEqualTo(new Answers(60, 0, 0, Optional.empty(), 0, Map.of(), List.of()));
    }

    @Test
    void countsHitsOfThoseThatWereLookedUp() {
        Answers answers = Answers.of(
                List.of(Ended.cached(NOON), Ended.called(NOON, 100), Ended.called(NOON, 100), Ended.failed(NOON)),
                MINUTE);
        assertThat(answers.ended()).isEqualTo(4);
        assertThat(answers.failed()).isEqualTo(1);
        assertThat(answers.hitRate())
                .hasValueSatisfying(rate -> assertThat(rate).isEqualTo(1 / 3.0));
    }

    @Test
    void extrapolatesWhatItCost() {
        Answers answers = Answers.of(List.of(Ended.called(NOON, 1), Ended.called(NOON, 1)), Duration.ofSeconds(30));
        assertThat(answers.costUsdPerHour()).isEqualTo(2.4, within(1e-9));
    }

    @Test
    void timesAStageByThoseWhoTookPartInIt() {
        Answers answers = Answers.of(List.of(Ended.cached(NOON), Ended.called(NOON, 100)), MINUTE);
        assertThat(answers.stages())
                .containsEntry("session", new Spread(2, 1, 1))
                .containsEntry("cache", new Spread(2, 2, 2))
                .containsEntry("queue", new Spread(1, 3, 3))
                .containsEntry("claude_first_token", new Spread(1, 50, 50))
                .containsEntry("claude", new Spread(1, 100, 100))
                .containsEntry("first_token", new Spread(2, 3, 56))
                .containsEntry("total", new Spread(2, 6, 106));
    }

    @Test
    void tellsWhatClientsSawFromWhatWasTriedAgain() {
        Answers answers = Answers.of(
                List.of(Ended.failed(NOON, "refused", "refused", "broken"), Ended.failed(NOON, "cancelled")), MINUTE);
        assertThat(answers.errors())
                .containsExactly(
                        new ErrorCount("answers", "overloaded_error", 529, 2),
                        new ErrorCount("calls", "refused", 529, 2),
                        new ErrorCount("calls", "broken", 200, 1));
    }
}
