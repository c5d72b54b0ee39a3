package dev.parley.benchmarks.simulation.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class TimelineTest {
    private final Timeline timeline = new Timeline();
    private final List<String> seen = new ArrayList<>();

    @Test
    void takesStepsInTheOrderOfTheirTimesAndThenOfTheirPlanning() {
        timeline.at(2, () -> seen.add("later"));
        timeline.at(1, () -> seen.add("first"));
        timeline.at(1, () -> seen.add("second"));

        timeline.runUntil(3);

        assertThat(seen).containsExactly("first", "second", "later");
        assertThat(timeline.now()).isEqualTo(3);
    }

    @Test
    void plansFromWithinAStepAndStopsAtTheEnd() {
        timeline.at(1, () -> timeline.after(1, () -> seen.add("at " + timeline.now())));
        timeline.at(3, () -> seen.add("too late"));

        timeline.runUntil(3);

        assertThat(seen).containsExactly("at 2.0");
    }

    @Test
    void makesUpForWhatLiesInThePast() {
        timeline.at(2, () -> timeline.at(1, () -> seen.add("at " + timeline.now())));

        timeline.runUntil(3);

        assertThat(seen).containsExactly("at 2.0");
    }
}
