package dev.parley.cache.request;

import static dev.parley.cache.Examples.NOON;
import static dev.parley.cache.Examples.answer;
import static dev.parley.cache.Examples.fingerprint;
import static dev.parley.cache.Examples.requested;
import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.contracts.event.CachePolicy;
import dev.parley.contracts.event.CacheVerdict;
import dev.parley.contracts.event.ChatRequested;
import dev.parley.contracts.event.StageTimings;
import dev.parley.contracts.event.Turn.ChatCompleted;
import dev.parley.contracts.event.Usage;
import java.math.BigDecimal;
import org.junit.jupiter.api.Test;

class CachedTurnTest {
    private final ChatRequested requested = requested(fingerprint(), CachePolicy.USE);

    @Test
    void tellsWhatWasAskedAndAnsweredAndThatItCostNothing() {
        ChatCompleted turn = CachedTurn.of(requested, answer("Because."), NOON.plusMillis(3), NOON.plusMillis(4));
        assertThat(turn.message().at("/content/0/text").stringValue()).isEqualTo("Because.");
        assertThat(turn.facts().generation()).isEqualTo(requested.generation());
        assertThat(turn.facts().request().tree().at("/messages/0/content").stringValue())
                .isEqualTo("Why?");
        assertThat(turn.facts().cache()).isEqualTo(CacheVerdict.EXACT);
        assertThat(turn.facts().usage()).isEqualTo(Usage.NONE);
        assertThat(turn.facts().costUsd()).isEqualTo(BigDecimal.ZERO);
        assertThat(turn.facts().attempts()).isEmpty();
    }

    @Test
    void tellsWhereTheTimeWent() {
        ChatCompleted turn = CachedTurn.of(requested, answer("Because."), NOON.plusMillis(3), NOON.plusMillis(4));
        assertThat(turn.facts().timings()).isEqualTo(new StageTimings(2, 1, 0, 0, 0, 4));
    }

    @Test
    void hasNoNegativeTimesWhenTheGatewaysClockIsAhead() {
        ChatCompleted turn = CachedTurn.of(requested, answer("Because."), NOON.minusMillis(3), NOON.minusMillis(2));
        assertThat(turn.facts().timings()).isEqualTo(new StageTimings(2, 0, 0, 0, 0, 0));
    }
}
