package dev.parley.benchmarks.machine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class ProcessorTimeTest {
    @Test
    void addsUpTheProcessorTimeOfDescendants() {
        ProcessHandle self = ProcessHandle.current();
        var before = ProcessorTime.alone(self);
        assertThat(ProcessorTime.of(List.of(self.pid()))).isGreaterThanOrEqualTo(before);
    }
}
