package dev.parley.benchmarks.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parley.benchmarks.load.Arrivals;
import dev.parley.benchmarks.load.Endpoint;
import dev.parley.benchmarks.load.Load;
import dev.parley.benchmarks.load.LoadGenerator;
import dev.parley.benchmarks.load.LoadResult;
import dev.parley.benchmarks.load.QuestionSeries;
import dev.parley.simulator.Simulator;
import dev.parley.simulator.SimulatorSettings;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class SimulatedClaudeIT {
    private final Simulator simulator = Simulator.start(
            SimulatorSettings.from(Map.of("PARLEY_SIMULATOR_PORT", "0", "PARLEY_SIMULATOR_TOKENS", "9")));
    private final SimulatedClaude claude = new SimulatedClaude(simulator.uri());

    @AfterEach
    void end() {
        simulator.close();
    }

    @Test
    void answersByTheDirectivesUntilTheyAreForgotten() {
        claude.answerBy("first_token_ms=0 tokens_per_second=0 tokens=50");
        assertThat(pieces()).isEqualTo(2 * 50);

        claude.forgetDirectives();
        assertThat(pieces()).isEqualTo(2 * 9);
    }

    /** Of the answers to two questions, which may have any text. */
    private long pieces() {
        Map<String, String> headers = Map.of("x-api-key", "simulated", "anthropic-version", "2023-06-01");
        try (LoadGenerator generator = new LoadGenerator()) {
            LoadResult result = generator.run(new Load(
                    new Endpoint(simulator.uri(), "/v1/messages", headers),
                    Arrivals.even(100, 2),
                    new QuestionSeries("abc").asking(List.of("Why is it so?", "How is it so?"))));
            assertThat(result.firstError()).isEmpty();
            assertThat(result.answered()).isEqualTo(2);
            return result.pieces();
        }
    }

    @Test
    void tellsWhatIsRefused() {
        claude.judgeAsSame(List.of(List.of("One?", "Which \"one\"?")));
        assertThatThrownBy(() -> claude.judgeAsSame(Collections.nCopies(1_001, List.of("One?", "Two?"))))
                .hasMessageContaining("too many groups");
    }
}
