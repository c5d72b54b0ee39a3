package dev.parley.benchmarks.machine;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ProcessMemoryTest {
    @Test
    void readsTheTotalOfAHistogram() {
        String histogram = """
             num     #instances         #bytes  class name (module)
            -------------------------------------------------------
               1:         80023        6401840  [B (java.base@25)
            Total        523116       31234568
            """;
        assertThat(ProcessMemory.total(histogram)).isEqualTo(31_234_568);
    }
}
