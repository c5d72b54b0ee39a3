package dev.parley.gateway.web.response;

import dev.parley.gateway.limits.RateLimits;
import dev.parley.gateway.limits.RateLimits.Allowance;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The remaining limits of a key as headers: Anthropic's ({@code anthropic-ratelimit-*}, with times) and OpenAI's ({@code
 * x-ratelimit-*}, with durations). A missing limit has no header.
 */
public final class RateLimitHeaders {
    private RateLimitHeaders() {}

    /** The headers for clients of this API. */
    public static Map<String, String> of(Dialect dialect, RateLimits limits, Instant now) {
        return switch (dialect) {
            case ANTHROPIC -> anthropic(limits);
            case OPENAI -> openAi(limits, now);
        };
    }

    /** For clients of the Messages API (docs.claude.com, "Rate limits"). */
    static Map<String, String> anthropic(RateLimits limits) {
        Map<String, String> headers = new LinkedHashMap<>();
        anthropic("requests", limits.requests(), headers);
        anthropic("tokens", tightest(limits), headers);
        anthropic("input-tokens", limits.inputTokens(), headers);
        anthropic("output-tokens", limits.outputTokens(), headers);
        return headers;
    }

    private static void anthropic(String what, Optional<Allowance> allowance, Map<String, String> headers) {
        allowance.ifPresent(some -> {
            String prefix = "anthropic-ratelimit-" + what;
            headers.put(prefix + "-limit", Long.toString(some.limit()));
            headers.put(prefix + "-remaining", Long.toString(some.remaining()));
            headers.put(
                    prefix + "-reset",
                    some.fullAt()
                            .plusMillis(999)
                            .truncatedTo(ChronoUnit.SECONDS)
                            .toString());
        });
    }

    /** For clients of OpenAI's API (platform.openai.com, "Rate limits"). */
    static Map<String, String> openAi(RateLimits limits, Instant now) {
        Map<String, String> headers = new LinkedHashMap<>();
        openAi("requests", limits.requests(), now, headers);
        openAi("tokens", tightest(limits), now, headers);
        return headers;
    }

    private static void openAi(String what, Optional<Allowance> allowance, Instant now, Map<String, String> headers) {
        allowance.ifPresent(some -> {
            headers.put("x-ratelimit-limit-" + what, Long.toString(some.limit()));
            headers.put("x-ratelimit-remaining-" + what, Long.toString(some.remaining()));
            headers.put("x-ratelimit-reset-" + what, inWords(Duration.between(now, some.fullAt())));
        });
    }

    /** {@code 6m0s}, {@code 1s}, {@code 20ms}. */
    private static String inWords(Duration duration) {
        long millis = Math.max(0, duration.toMillis());
        if (millis < 1000) {
            return millis + "ms";
        }
        long seconds = (millis + 999) / 1000;
        return seconds < 60 ? seconds + "s" : seconds / 60 + "m" + seconds % 60 + "s";
    }

    /** The kind of tokens with the smaller remaining share. */
    private static Optional<Allowance> tightest(RateLimits limits) {
        return Stream.of(limits.inputTokens(), limits.outputTokens())
                .flatMap(Optional::stream)
                .min(Comparator.comparingDouble(some -> (double) some.remaining() / some.limit()));
    }
}
