package dev.parley.benchmarks.load;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class ArrivalsTest {
    private static final long SECOND = 1_000_000_000L;

    @Test
    void randomArrivalsKeepTheirRateExactly() {
        Arrivals arrivals = Arrivals.random(200, 1_000, 7);
        assertThat(arrivals.count()).isEqualTo(1_000);
        assertThat(arrivals.span()).isEqualTo(5 * SECOND);
        assertThat(arrivals.offsets()).isSorted();
    }

    @Test
    void randomArrivalsComeInClustersAndWithPauses() {
        long[] offsets = Arrivals.random(1_000, 10_000, 7).offsets();
        long mean = SECOND / 1_000;
        double longer = LongStream.range(1, offsets.length)
                        .filter(i -> offsets[(int) i] - offsets[(int) i - 1] > mean)
                        .count()
                / (double) offsets.length;
        // 1/e of the gaps of independent arrivals are longer than the mean.
        assertThat(longer).isBetween(0.34, 0.40);
    }

    @Test
    void theSameSeedGivesTheSameArrivals() {
        assertThat(Arrivals.random(50, 100, 3).offsets())
                .isEqualTo(Arrivals.random(50, 100, 3).offsets())
                .isNotEqualTo(Arrivals.random(50, 100, 4).offsets());
    }

    @Test
    void evenArrivalsComeAtEqualDistances() {
        assertThat(Arrivals.even(4, 3).offsets()).containsExactly(0, SECOND / 4, SECOND / 2);
    }
}
