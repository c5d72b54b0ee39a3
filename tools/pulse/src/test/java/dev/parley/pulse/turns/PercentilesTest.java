package dev.parley.pulse.turns;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.TreeMap;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class PercentilesTest {
    @Test
    void areNearestRanks() {
        assertThat(Percentiles.of(IntStream.rangeClosed(1, 100).asDoubleStream()))
                .contains(new Percentiles(100, 50, 95));
        assertThat(Percentiles.of(DoubleStream.of(7))).contains(new Percentiles(1, 7, 7));
        assertThat(Percentiles.of(DoubleStream.of(9, 1))).contains(new Percentiles(2, 1, 9));
    }

    @Test
    void areEmptyWithoutValues() {
        assertThat(Percentiles.of(DoubleStream.empty())).isEmpty();
        assertThat(Percentiles.ofBuckets(new TreeMap<>())).isEmpty();
    }

    @Property
    void shareOfTheValuesIsAtMostThePercentile(@ForAll @Size(min = 1, max = 60) double[] values) {
        Percentiles percentiles = Percentiles.of(DoubleStream.of(values)).orElseThrow();
        assertThat(DoubleStream.of(values)
                        .filter(value -> value <= percentiles.p95())
                        .count())
                .isGreaterThanOrEqualTo((long) Math.ceil(values.length * 0.95));
        assertThat(DoubleStream.of(values)
                        .filter(value -> value < percentiles.p95())
                        .count())
                .isLessThan((long) Math.ceil(values.length * 0.95));
    }

    @Property
    void histogramIsExactToOneBucket(@ForAll @DoubleRange(min = 0.01, max = 0.99) double seconds) {
        var cumulative = new TreeMap<Double, Double>();
        for (double end = 0.001; end < 2; end *= 2) {
            cumulative.put(end, seconds <= end ? 1.0 : 0.0);
        }
        cumulative.put(Double.POSITIVE_INFINITY, 1.0);
        Percentiles percentiles = Percentiles.ofBuckets(cumulative).orElseThrow();
        assertThat(percentiles.p50()).isBetween(seconds * 1_000, seconds * 2_000);
        assertThat(percentiles.p95()).isEqualTo(percentiles.p50());
    }

    @Test
    void infiniteBucketCountsAsTheLastFiniteBound() {
        var cumulative = new TreeMap<Double, Double>();
        cumulative.put(0.1, 0.0);
        cumulative.put(0.2, 0.0);
        cumulative.put(Double.POSITIVE_INFINITY, 5.0);
        assertThat(Percentiles.ofBuckets(cumulative)).contains(new Percentiles(5, 200, 200));
    }
}
