package dev.parley.inference.generation;

import java.time.Duration;
import java.util.Map;

/** Settings of generations that make one call, and no other after it. */
public final class OneCall {
    public static final GenerationSettings SETTINGS = new GenerationSettings(
            1,
            Duration.ofSeconds(1),
            Duration.ofSeconds(3),
            Duration.ofSeconds(1),
            Duration.ofSeconds(1),
            new RetrySettings(
                    1,
                    0,
                    Duration.ofMillis(1),
                    Duration.ofSeconds(1),
                    Duration.ofSeconds(1),
                    Duration.ofMinutes(1),
                    Map.of()),
            10_000);

    private OneCall() {}
}
