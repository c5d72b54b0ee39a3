package dev.parley.contracts.key;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.testing.Events;
import java.util.List;
import org.junit.jupiter.api.Test;

class KeyLimitsTest {
    @Test
    void allowsTheModelsWithAPrefix() {
        assertThat(limitedTo("claude-haiku", "claude-opus").allows("claude-opus-5-5"))
                .isTrue();
        assertThat(limitedTo("claude-haiku", "claude-opus").allows("claude-sonnet-5-5"))
                .isFalse();
        assertThat(limitedTo().allows("claude-sonnet-5-5")).isTrue();
    }

    /** Older gateways accepted it. */
    @Test
    void anEmptyPrefixAllowsNoModel() {
        assertThat(limitedTo("").allows("claude-opus-5-5")).isFalse();
        assertThat(limitedTo("claude-haiku", "").allows("claude-opus-5-5")).isFalse();
        assertThat(limitedTo("claude-haiku", "").allows("claude-haiku-5-5")).isTrue();
    }

    private static KeyLimits limitedTo(String... models) {
        return Events.limits(limits -> limits.models = List.of(models));
    }
}
