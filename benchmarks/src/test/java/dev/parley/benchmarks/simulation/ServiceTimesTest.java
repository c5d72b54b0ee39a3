package dev.parley.benchmarks.simulation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parley.benchmarks.simulation.ServiceTimes.Hops;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ServiceTimesTest {
    @Test
    void exampleSaysWhereItWasMeasured() {
        assertThat(ServiceTimes.example().measuredOn()).contains("cores", "JDK", "commit");
        assertThat(ServiceTimes.example().points()).isNotEmpty();
    }

    @Test
    void readsWhatItWrites(@TempDir Path folder) {
        Path file = folder.resolve("service-times.json");
        ServiceTimes.example().write(file);

        assertThat(ServiceTimes.read(file)).isEqualTo(ServiceTimes.example());
    }

    @Test
    void refusesToGuessAStage() {
        assertThatThrownBy(() -> new ServiceTimes("a test", 2, Map.of(), 0.5, 0, new Hops(3, 1, 2), List.of()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("READER");
    }
}
