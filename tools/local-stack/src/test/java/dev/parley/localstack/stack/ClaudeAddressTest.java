package dev.parley.localstack.stack;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

final class ClaudeAddressTest {
    @Test
    void isTheSimulatorUnlessSomethingIsSet() {
        assertThat(ClaudeAddress.from(Map.of())).isEqualTo(new ClaudeAddress.Simulated());
        assertThat(ClaudeAddress.from(Map.of("ANTHROPIC_API_KEY", "", "ANTHROPIC_BASE_URL", " ")))
                .isEqualTo(new ClaudeAddress.Simulated());
    }

    @Test
    void isTheClaudeApiIfAKeyIsSet() {
        assertThat(ClaudeAddress.from(Map.of("ANTHROPIC_API_KEY", "sk"))).isEqualTo(new ClaudeAddress.Anthropic("sk"));
    }

    @Test
    void isNamedWithoutTheKey() {
        assertThat(ClaudeAddress.calledWith(Map.of())).isEmpty();
        assertThat(ClaudeAddress.calledWith(Map.of("ANTHROPIC_API_KEY", "sk"))).contains("the Claude API");
        assertThat(ClaudeAddress.calledWith(
                        Map.of("ANTHROPIC_API_KEY", "sk", "ANTHROPIC_BASE_URL", "http://127.0.0.1:1")))
                .contains("http://127.0.0.1:1");
        assertThat(ClaudeAddress.calledWith(
                        Map.of("ANTHROPIC_API_KEY", "simulated", "ANTHROPIC_BASE_URL", "http://127.0.0.1:8090")))
                .contains("the simulator");
    }

    @Test
    void hasAHashOfTheKeyThatDoesNotRevealIt() {
        String hash = ClaudeAddress.keyHash(Map.of("ANTHROPIC_API_KEY", "sk"), "salt");
        assertThat(hash)
                .matches("[0-9a-f]{8}")
                .isEqualTo(ClaudeAddress.keyHash(Map.of("ANTHROPIC_API_KEY", "sk"), "salt"))
                .isNotEqualTo(ClaudeAddress.keyHash(Map.of("ANTHROPIC_API_KEY", "sk2"), "salt"))
                .isNotEqualTo(ClaudeAddress.keyHash(Map.of("ANTHROPIC_API_KEY", "sk"), "salt2"))
                .isNotEqualTo(ClaudeAddress.keyHash(Map.of(), "salt"));
    }

    @Test
    void isAnotherAddressIfThatIsSet() {
        assertThat(ClaudeAddress.from(Map.of("ANTHROPIC_API_KEY", "sk", "ANTHROPIC_BASE_URL", "http://127.0.0.1:1")))
                .isEqualTo(new ClaudeAddress.Other("http://127.0.0.1:1", "sk"));
        assertThat(ClaudeAddress.from(Map.of("ANTHROPIC_BASE_URL", "http://127.0.0.1:1")))
                .isEqualTo(new ClaudeAddress.Other("http://127.0.0.1:1", ""));
    }
}
