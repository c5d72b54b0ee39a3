package dev.parley.gateway.pulse;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.TreeMap;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class SpreadTest {
    @Test
    void isTheNearestRank() {
        assertThat(Spread.of(IntStream.rangeClosed(1, 100).asDoubleStream())).contains(new Spread(100, 50, 95));
        assertThat(Spread.of(DoubleStream.of(7))).contains(new Spread(1, 7, 7));
        assertThat(Spread.of(DoubleStream.of(9, 1))).contains(new Spread(2, 1, 9));
    }

    @Test
    void isNothingOfNothing() {
        assertThat(Spread.of(DoubleStream.empty())).isEmpty();
        assertThat(Spread.ofBuckets(new TreeMap<>())).isEmpty();
    }

    @Property
    void hasAtLeastItsShareBelowItAndLessWithoutIt(@ForAll @Size(min = 1, max = 60) double[] values) {
        Spread spread = Spread.of(DoubleStream.of(values)).orElseThrow();
        assertThat(DoubleStream.of(values)
                        .filter(value -> value <= spread.p95())
                        .count())
                .isGreaterThanOrEqualTo((long) Math.ceil(values.length * 0.95));
        assertThat(DoubleStream.of(values).filter(value -> value < spread.p95()).count())
                .isLessThan((long) Math.ceil(values.length * 0.95));
    }

    @Property
    void isAtMostABucketTooLongFromAHistogram(@ForAll @DoubleRange(min = 0.01, max = 0.99) double seconds) {
        var cumulative = new TreeMap<Double, Double>();
        for (double end = 0.001; end < 2; end *= 2) {
            cumulative.put(end, seconds <= end ? 1.0 : 0.0);
        }
        cumulative.put(Double.POSITIVE_INFINITY, 1.0);
        Spread spread = Spread.ofBuckets(cumulative).orElseThrow();
        assertThat(spread.p50()).isBetween(seconds * 1_000, seconds * 2_000);
        assertThat(spread.p95()).isEqualTo(spread.p50());
    }

    @Test
    void saysTheLongestThatAHistogramKnows() {
        var cumulative = new TreeMap<Double, Double>();
        cumulative.put(0.1, 0.0);
        cumulative.put(0.2, 0.0);
        cumulative.put(Double.POSITIVE_INFINITY, 5.0);
        assertThat(Spread.ofBuckets(cumulative)).contains(new Spread(5, 200, 200));
    }
}
