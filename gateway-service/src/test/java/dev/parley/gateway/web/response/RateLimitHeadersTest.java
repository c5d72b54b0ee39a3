package dev.parley.gateway.web.response;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.gateway.limits.RateLimits;
import dev.parley.gateway.limits.RateLimits.Allowance;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class RateLimitHeadersTest {
    private static final Instant NOW = Instant.parse("2026-11-24T09:00:00Z");
    private static final RateLimits LIMITS = new RateLimits(
            Optional.of(new Allowance(60, 59, NOW.plusMillis(1000))),
            Optional.of(new Allowance(1000, 900, NOW.plusMillis(6001))),
            Optional.of(new Allowance(100, 0, NOW.plusSeconds(80))));

    @Test
    void writesTheHeadersOfTheMessagesApi() {
        assertThat(RateLimitHeaders.anthropic(LIMITS))
                .containsExactlyInAnyOrderEntriesOf(Map.ofEntries(
                        Map.entry("anthropic-ratelimit-requests-limit", "60"),
                        Map.entry("anthropic-ratelimit-requests-remaining", "59"),
                        Map.entry("anthropic-ratelimit-requests-reset", "2026-11-24T09:00:01Z"),
                        Map.entry("anthropic-ratelimit-tokens-limit", "100"),
                        Map.entry("anthropic-ratelimit-tokens-remaining", "0"),
                        Map.entry("anthropic-ratelimit-tokens-reset", "2026-11-24T09:01:20Z"),
                        Map.entry("anthropic-ratelimit-input-tokens-limit", "1000"),
                        Map.entry("anthropic-ratelimit-input-tokens-remaining", "900"),
                        Map.entry("anthropic-ratelimit-input-tokens-reset", "2026-11-24T09:00:07Z"),
                        Map.entry("anthropic-ratelimit-output-tokens-limit", "100"),
                        Map.entry("anthropic-ratelimit-output-tokens-remaining", "0"),
                        Map.entry("anthropic-ratelimit-output-tokens-reset", "2026-11-24T09:01:20Z")));
    }

    @Test
    void writesTheHeadersOfOpenAi() {
        assertThat(RateLimitHeaders.openAi(LIMITS, NOW))
                .containsExactlyInAnyOrderEntriesOf(Map.of(
                        "x-ratelimit-limit-requests", "60",
                        "x-ratelimit-remaining-requests", "59",
                        "x-ratelimit-reset-requests", "1s",
                        "x-ratelimit-limit-tokens", "100",
                        "x-ratelimit-remaining-tokens", "0",
                        "x-ratelimit-reset-tokens", "1m20s"));
    }

    @Test
    void omitsHeadersWithoutLimits() {
        assertThat(RateLimitHeaders.anthropic(RateLimits.NONE)).isEmpty();
        assertThat(RateLimitHeaders.openAi(RateLimits.NONE, NOW)).isEmpty();
    }
}
