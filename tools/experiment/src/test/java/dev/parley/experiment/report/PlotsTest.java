package dev.parley.experiment.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.parley.contracts.trial.TrialEvent.TrialCompleted;
import dev.parley.contracts.trial.Verdict;
import dev.parley.experiment.ExampleTrials;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.knowm.xchart.CategorySeries;

class PlotsTest {
    /** The interval of a share is not symmetric: that of 40 of 40 ends at 100 %. */
    @Test
    void theQualityIsDrawnWithTheEndsOfItsInterval() {
        List<TrialCompleted> trials = IntStream.range(0, 40)
                .mapToObj(number -> ExampleTrials.trial(number, 0.2, Verdict.EQUAL))
                .toList();
        TrialGroup all = TrialGroup.of(trials).getFirst();

        List<CategorySeries> drawn =
                List.copyOf(Plots.qualityChart(List.of(all)).getSeriesMap().values());

        assertThat(drawn.getFirst().getYData()).singleElement().isEqualTo(100.0);
        CategorySeries intervals = drawn.getLast();
        double middle = intervals.getYData().iterator().next().doubleValue();
        double half = intervals.getExtraValues().iterator().next().doubleValue();
        assertThat(middle + half).isCloseTo(100, within(1e-9));
        assertThat(middle - half).isCloseTo(100 * all.sufficient().low(), within(1e-9));
    }
}
