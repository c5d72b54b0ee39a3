package dev.parley.benchmarks.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LadderTest {
    private static final int TRIES_MAX = 60;

    private static Ladder climbed(double limit) {
        Ladder ladder = new Ladder(100, 0.1, 10_000);
        for (int tries = 0; tries < TRIES_MAX && !ladder.done(); tries++) {
            ladder.tried(ladder.rate() <= limit);
        }
        assertThat(ladder.done()).isTrue();
        return ladder;
    }

    @ParameterizedTest
    @ValueSource(doubles = {3, 90, 100, 101, 250, 799, 6_000})
    void findsTheLimitToWithinItsWidth(double limit) {
        assertThat(climbed(limit).highest()).isBetween(limit / 1.1 - 1, limit);
    }

    @Test
    void endsWhereNothingPasses() {
        assertThat(climbed(0).highest()).isZero();
    }

    @Test
    void endsWhereEverythingPasses() {
        assertThat(climbed(Double.MAX_VALUE).highest()).isBetween(5_000.0, 10_000.0);
    }

    @Test
    void forgivesAStumble() {
        Ladder ladder = new Ladder(100, 0.1, 10_000);
        ladder.tried(false);
        assertThat(ladder.rate()).isEqualTo(100);
        ladder.tried(true);
        assertThat(ladder.highest()).isEqualTo(100);
        assertThat(ladder.rate()).isEqualTo(200);
    }
}
