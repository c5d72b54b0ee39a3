package dev.parley.benchmarks.machine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class MemoryTest {
    @Test
    void readsTheTotalOfAHistogram() {
        String histogram = """
             num     #instances         #bytes  class name (module)
            -------------------------------------------------------
               1:         80023        6401840  [B (java.base@25)
            Total        523116       31234568
            """;
        assertThat(Memory.total(histogram)).isEqualTo(31_234_568);
    }

    @Test
    void seesItsOwnProcess() {
        long self = ProcessHandle.current().pid();
        assertThat(Memory.resident(self)).isPositive();
        var before = ProcessorTime.alone(self);
        assertThat(ProcessorTime.of(List.of(self))).isGreaterThanOrEqualTo(before);
    }
}
