package dev.parley.simulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parley.simulator.answer.Wish;
import dev.parley.simulator.endpoint.AnswerDefaults;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SimulatorSettingsTest {
    @Test
    void defaults() {
        assertThat(SimulatorSettings.from(Map.of()))
                .isEqualTo(new SimulatorSettings(
                        "127.0.0.1",
                        8090,
                        2,
                        100,
                        new AnswerDefaults(Duration.ofMillis(450), 70, Duration.ofSeconds(10), new Wish.Anything()),
                        List.of()));
    }

    @Test
    void everyKnobHasAVariable() {
        assertThat(SimulatorSettings.from(Map.of(
                        "PARLEY_SIMULATOR_PORT", "9",
                        "PARLEY_SIMULATOR_EVENT_LOOPS", "1",
                        "PARLEY_SIMULATOR_STREAMS_PER_CONNECTION", "7",
                        "PARLEY_SIMULATOR_FIRST_TOKEN_MS", "0",
                        "PARLEY_SIMULATOR_TOKENS_PER_SECOND", "0",
                        "PARLEY_SIMULATOR_PING_MS", "100",
                        "PARLEY_SIMULATOR_TOKENS", "50",
                        "PARLEY_SIMULATOR_MODELS", "claude-a, claude-b")))
                .isEqualTo(new SimulatorSettings(
                        "127.0.0.1",
                        9,
                        1,
                        7,
                        new AnswerDefaults(Duration.ZERO, 0, Duration.ofMillis(100), new Wish.Length(50)),
                        List.of("claude-a", "claude-b")));
    }

    @Test
    void aWrongValueIsNamed() {
        assertThatThrownBy(() -> SimulatorSettings.from(Map.of("PARLEY_SIMULATOR_PORT", "http")))
                .hasMessage("PARLEY_SIMULATOR_PORT is a whole number from 0 to 65535, not \"http\"");
        assertThatThrownBy(() -> SimulatorSettings.from(Map.of("PARLEY_SIMULATOR_EVENT_LOOPS", "0")))
                .hasMessageContaining("PARLEY_SIMULATOR_EVENT_LOOPS");
    }
}
