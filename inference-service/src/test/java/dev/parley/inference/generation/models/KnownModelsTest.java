package dev.parley.inference.generation.models;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class KnownModelsTest {
    private static final KnownModels MODELS = new KnownModels(List.of("claude-x", "claude-x-5", "claude-y"));

    @ParameterizedTest
    @CsvSource({
        "claude-x, claude-x",
        "claude-x-20251001, claude-x",
        "claude-x-5, claude-x-5",
        "claude-x-5-20251001, claude-x-5",
        "claude-y-anything, claude-y",
        "claude-, other",
        "Claude-x, other",
        "'', other",
        "unknown, other"
    })
    void usesTheLongestKnownPrefix(String model, String name) {
        assertThat(MODELS.nameOf(model)).isEqualTo(name);
    }
}
