package dev.parley.benchmarks.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.benchmarks.load.LoadResult;
import org.HdrHistogram.Histogram;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RateSearchTest {
    private static final int TRIES_MAX = 60;

    private static RateSearch searched(double limit) {
        RateSearch search = new RateSearch(100, 0.1, 10_000);
        for (int tries = 0; tries < TRIES_MAX && !search.done(); tries++) {
            search.tried(search.rate() <= limit);
        }
        assertThat(search.done()).isTrue();
        return search;
    }

    @ParameterizedTest
    @ValueSource(doubles = {3, 90, 100, 101, 250, 799, 6_000})
    void findsTheLimitToWithinItsWidth(double limit) {
        assertThat(searched(limit).highest()).isBetween(limit / 1.1 - 1, limit);
    }

    @Test
    void endsWhereNothingPasses() {
        assertThat(searched(0).highest()).isZero();
    }

    @Test
    void endsWhereEverythingPasses() {
        assertThat(searched(Double.MAX_VALUE).highest()).isBetween(5_000.0, 10_000.0);
    }

    @Test
    void aSingleFailureIsRepeated() {
        RateSearch search = new RateSearch(100, 0.1, 10_000);
        search.tried(false);
        assertThat(search.rate()).isEqualTo(100);
        search.tried(true);
        assertThat(search.highest()).isEqualTo(100);
        assertThat(search.rate()).isEqualTo(200);
    }

    @ParameterizedTest
    @CsvSource({
        "100,  100, 12,    0, true",
        "100,  98,  100,   0, true",
        "100,  97,  12,    0, false",
        "100,  100, 100.1, 0, false",
        "100,  100, 12,    1, false"
    })
    void aStepPassesWithoutErrorsWithoutWaitingAndWithItsWholeLoadServed(
            double offered, double served, double firstByte, int errors, boolean passes) {
        assertThat(new RateSearch.Step(offered, served, firstByte, errors, "", 0).passes())
                .isEqualTo(passes);
    }

    @ParameterizedTest
    @CsvSource({"2_900, true", "3_000, true", "3_900, true", "4_200, false"})
    void answersMayTakeASecondAfterTheLastRequest(long lastEndMillis, boolean passes) {
        Histogram times = LoadResult.histogram();
        times.recordValue(1_000_000);
        LoadResult result =
                new LoadResult(times, times, times, times, times, 300, 300, 0, "", 15_000, lastEndMillis * 1_000_000);
        assertThat(RateSearch.Step.of(100, result).passes()).isEqualTo(passes);
    }
}
