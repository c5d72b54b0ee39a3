package dev.parley.benchmarks.machine;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ProcessMemoryTest {
    @Test
    void addsUpWhatIsNotDead() {
        String histogram = """
             num     #instances         #bytes  class name (module)
            -------------------------------------------------------
               1:         80023        6401840  [B (java.base@25)
               2:           100        3964120  [Ljdk.internal.vm.FillerElement; (java.base@25)
               3:          3100          98160  dev.parley.contracts.delta.Delta$Frames
            Total        523116       31234568
            """;
        assertThat(ProcessMemory.live(histogram)).isEqualTo(6_500_000);
    }
}
