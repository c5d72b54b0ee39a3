package dev.parley.simulator.script;

import static dev.parley.simulator.script.FaultPlanTest.directives;
import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.simulator.request.Directives;
import dev.parley.simulator.script.FaultQueue.Entry;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

class FaultQueueTest {
    private static final Directives CUT = directives("fault=cut");
    private static final Directives RESET = directives("fault=reset");

    private final FaultQueue queue = new FaultQueue();

    @Test
    void givesEachEntryTheNumberOfTimesItHas() {
        queue.add(List.of(new Entry(CUT, 2, ""), new Entry(RESET, 1, "")));

        assertThat(List.of(queue.take("q"), queue.take("q"), queue.take("q"), queue.take("q")))
                .containsExactly(CUT, CUT, RESET, Directives.NONE);
    }

    @Test
    void skipsEntriesThatAreForOtherQuestions() {
        queue.add(List.of(new Entry(CUT, 1, "mine"), new Entry(RESET, 1, "")));

        assertThat(queue.take("yours")).isEqualTo(RESET);
        assertThat(queue.take("yours")).isEqualTo(Directives.NONE);
        assertThat(queue.take("this is mine")).isEqualTo(CUT);
    }

    @Test
    void takesNoMoreThanAThousand() {
        assertThat(queue.add(Collections.nCopies(1_000, new Entry(CUT, 1, "")))).isTrue();
        assertThat(queue.add(List.of(new Entry(CUT, 1, "")))).isFalse();
    }
}
