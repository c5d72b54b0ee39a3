package dev.parley.benchmarks.simulation.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ProcessorTest {
    private final Timeline timeline = new Timeline();
    private final Processor processor = new Processor(timeline, "processor", 2);
    private final List<Double> ends = new ArrayList<>();

    @Test
    void letsWorkWaitForAFreeCore() {
        for (int i = 0; i < 4; i++) {
            processor.execute(1, () -> ends.add(timeline.now()));
        }

        timeline.runUntil(10);

        assertThat(ends).containsExactly(1.0, 1.0, 2.0, 2.0);
    }

    @Test
    void knowsHowBusyItWasSinceItBeganToMeasure() {
        processor.execute(1, () -> {});
        timeline.runUntil(5);
        processor.beginToMeasure();
        processor.execute(3, () -> {});
        timeline.runUntil(15);

        assertThat(processor.share(10)).isEqualTo(3.0 / 20, within(1e-9));
    }
}
