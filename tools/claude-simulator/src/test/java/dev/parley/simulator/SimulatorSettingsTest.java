package dev.parley.simulator;

import static java.util.Map.entry;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parley.simulator.answer.DifficultyCurve;
import dev.parley.simulator.answer.Grading;
import dev.parley.simulator.request.DirectiveParser;
import dev.parley.simulator.request.Directives;
import java.io.File;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class SimulatorSettingsTest {
    @Test
    void defaults() {
        assertThat(SimulatorSettings.from(Map.of()))
                .isEqualTo(new SimulatorSettings(
                        "127.0.0.1",
                        8090,
                        Optional.empty(),
                        directives("first_token_ms=450 tokens_per_second=70 ping_ms=10000"),
                        Grading.NONE,
                        false));
    }

    @Test
    void everySettingHasAVariable() {
        assertThat(SimulatorSettings.from(Map.ofEntries(
                        entry("PARLEY_SIMULATOR_PORT", "9"),
                        entry("PARLEY_SIMULATOR_TLS_PORT", "10"),
                        entry("PARLEY_SIMULATOR_TLS_KEYS", "keys.pem"),
                        entry("PARLEY_SIMULATOR_FIRST_TOKEN_MS", "0"),
                        entry("PARLEY_SIMULATOR_TOKENS_PER_SECOND", "0"),
                        entry("PARLEY_SIMULATOR_PING_MS", "100"),
                        entry("PARLEY_SIMULATOR_TOKENS", "50"),
                        entry("PARLEY_SIMULATOR_CURVES", "claude-a=0:1 1:0.5; claude-b=0:0.9"),
                        entry("PARLEY_SIMULATOR_JUDGE_ERROR", "0.1"),
                        entry("PARLEY_SIMULATOR_SEED", "7"),
                        entry("PARLEY_SIMULATOR_THINKING", "real"))))
                .isEqualTo(new SimulatorSettings(
                        "127.0.0.1",
                        9,
                        Optional.of(new SimulatorSettings.Tls(10, new File("keys.pem"))),
                        directives("first_token_ms=0 tokens_per_second=0 ping_ms=100 tokens=50"),
                        new Grading(
                                Map.of(
                                        "claude-a", DifficultyCurve.parse("0:1 1:0.5"),
                                        "claude-b", DifficultyCurve.parse("0:0.9")),
                                0.1,
                                7),
                        true));
    }

    @Test
    void aWrongValueIsNamed() {
        assertThatThrownBy(() -> SimulatorSettings.from(Map.of("PARLEY_SIMULATOR_PORT", "http")))
                .hasMessage("PARLEY_SIMULATOR_PORT is a whole number from 0 to 65535, not \"http\"");
        assertThatThrownBy(() -> SimulatorSettings.from(Map.of("PARLEY_SIMULATOR_PING_MS", "0")))
                .hasMessageContaining("PARLEY_SIMULATOR_PING_MS");
        assertThatThrownBy(() -> SimulatorSettings.from(Map.of("PARLEY_SIMULATOR_CURVES", "claude-a=0:2")))
                .hasMessage("PARLEY_SIMULATOR_CURVES cannot be \"claude-a=0:2\": difficulty and probability are numbers"
                        + " from 0 to 1");
    }

    @Test
    void thinkingIsOffOrReal() {
        assertThatThrownBy(() -> SimulatorSettings.from(Map.of("PARLEY_SIMULATOR_THINKING", "on")))
                .hasMessage("PARLEY_SIMULATOR_THINKING cannot be \"on\": it is off or real");
    }

    private static Directives directives(String pairs) {
        return new DirectiveParser().readPairs(pairs).directives();
    }
}
