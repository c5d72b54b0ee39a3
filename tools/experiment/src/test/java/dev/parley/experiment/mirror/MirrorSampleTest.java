package dev.parley.experiment.mirror;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.experiment.ExampleTrials;
import java.math.BigDecimal;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class MirrorSampleTest {
    private static final int GENERATIONS = 10_000;

    private static int[] sample(String share) {
        return IntStream.range(0, GENERATIONS)
                .filter(number -> MirrorSample.includes(ExampleTrials.generation(number), new BigDecimal(share)))
                .toArray();
    }

    @Test
    void takesItsShare() {
        // Within four standard deviations.
        assertThat(sample("0.1")).hasSizeBetween(880, 1120);
        assertThat(sample("1")).hasSize(GENERATIONS);
    }

    @Test
    void aLargerShareContainsTheSmallerOne() {
        assertThat(sample("0.2")).contains(sample("0.1"));
        assertThat(sample("0.1")).isEqualTo(sample("0.1"));
    }
}
