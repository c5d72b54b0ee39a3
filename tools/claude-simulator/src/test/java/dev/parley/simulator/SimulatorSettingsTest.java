package dev.parley.simulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parley.simulator.request.DirectiveParser;
import dev.parley.simulator.request.Directives;
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
                        directives("first_token_ms=450 tokens_per_second=70 ping_ms=10000"),
                        List.of()));
    }

    @Test
    void everySettingHasAVariable() {
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
                        directives("first_token_ms=0 tokens_per_second=0 ping_ms=100 tokens=50"),
                        List.of("claude-a", "claude-b")));
    }

    @Test
    void aWrongValueIsNamed() {
        assertThatThrownBy(() -> SimulatorSettings.from(Map.of("PARLEY_SIMULATOR_PORT", "http")))
                .hasMessage("PARLEY_SIMULATOR_PORT is a whole number from 0 to 65535, not \"http\"");
        assertThatThrownBy(() -> SimulatorSettings.from(Map.of("PARLEY_SIMULATOR_EVENT_LOOPS", "0")))
                .hasMessageContaining("PARLEY_SIMULATOR_EVENT_LOOPS");
    }

    private static Directives directives(String pairs) {
        return new DirectiveParser().readPairs(pairs).directives();
    }
}
