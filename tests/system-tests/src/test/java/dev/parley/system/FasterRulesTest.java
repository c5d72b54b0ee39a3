package dev.parley.system;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class FasterRulesTest {
    @Test
    void shortensDurationsAndLimitsOfAges() {
        assertThat(FasterRules.of("for: 5m\nrate(x[1h])\nrecord: a:rate5m"))
                .isEqualTo("for: 15000ms\nrate(x[180000ms])\nrecord: a:rate5m");
        assertThat(FasterRules.of("max(parley_group_oldest_age_seconds{namespace=\"a\", job=\"a-b\"}) > 600"))
                .isEqualTo("max(parley_group_oldest_age_seconds{namespace=\"a\", job=\"a-b\"}) > 30");
        assertThat(FasterRules.of("max(parley_group_oldest_age_seconds{group=\"a-b\"}) > 30"))
                .endsWith("> 30");
    }
}
