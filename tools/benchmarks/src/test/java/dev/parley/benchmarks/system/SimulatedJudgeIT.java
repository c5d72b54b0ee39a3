package dev.parley.benchmarks.system;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parley.simulator.Simulator;
import dev.parley.simulator.SimulatorSettings;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SimulatedJudgeIT {
    @Test
    void takesGroupsOfQuestionsAndTellsWhatIsRefused() {
        try (Simulator claude = Simulator.start(SimulatorSettings.from(Map.of("PARLEY_SIMULATOR_PORT", "0")))) {
            assertThatCode(() -> SimulatedJudge.setGroups(claude.uri(), List.of(List.of("One?", "Which \"one\"?"))))
                    .doesNotThrowAnyException();
            assertThatThrownBy(() ->
                            SimulatedJudge.setGroups(claude.uri(), Collections.nCopies(1_001, List.of("One?", "Two?"))))
                    .hasMessageContaining("too many groups");
        }
    }
}
