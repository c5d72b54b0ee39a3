package dev.parley.benchmarks.simulation.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class LoopTest {
    private final Timeline timeline = new Timeline();
    private final List<List<Integer>> rounds = new ArrayList<>();
    private final Loop<Integer> loop =
            new Loop<>(timeline, new Processor(timeline, "processor", 1), "loop", 10, piece -> 1, rounds::add);

    @Test
    void takesInOneRoundWhatHasComeDuringTheLast() {
        loop.offer(1);
        timeline.at(5, () -> loop.offer(2));
        timeline.at(6, () -> loop.offer(3));

        timeline.runUntil(100);

        assertThat(rounds).containsExactly(List.of(1), List.of(2, 3));
        assertThat(loop.share(100))
                .as("11 for the first round, 12 for the second")
                .isEqualTo(0.23, within(1e-9));
    }

    @Test
    void takesNoMoreInARoundThanAPollReturns() {
        for (int piece = 0; piece <= 1_001; piece++) {
            loop.offer(piece);
        }

        timeline.runUntil(10_000);

        assertThat(rounds).extracting(List::size).containsExactly(1, 500, 500, 1);
        assertThat(rounds.getLast()).containsExactly(1_001);
    }
}
