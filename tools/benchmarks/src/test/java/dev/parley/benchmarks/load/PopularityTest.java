package dev.parley.benchmarks.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.data.Percentage.withPercentage;

import java.util.Random;
import org.junit.jupiter.api.Test;

class PopularityTest {
    private static final int DRAWS = 200_000;

    @Test
    void theSecondIsAskedForHalfAsOftenAsTheFirst() {
        Popularity popularity = new Popularity(100);
        Random random = new Random(1);
        int[] counts = new int[100];
        for (int i = 0; i < DRAWS; i++) {
            counts[popularity.next(random)]++;
        }
        // Of the sum of 1/1 to 1/100.
        assertThat((double) counts[0]).isCloseTo(DRAWS / 5.187, withPercentage(3));
        assertThat((double) counts[1]).isCloseTo(DRAWS / 5.187 / 2, withPercentage(3));
        assertThat(counts[99]).isPositive();
    }

    @Test
    void oneThingIsAlwaysAskedFor() {
        assertThat(new Popularity(1).next(new Random(1))).isZero();
    }
}
