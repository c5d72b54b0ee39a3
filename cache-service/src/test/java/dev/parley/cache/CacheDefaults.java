package dev.parley.cache;

import dev.parley.cache.answer.AnswerSettings;
import java.time.Duration;

/** The default settings, for tests. */
public final class CacheDefaults {
    private CacheDefaults() {}

    public static AnswerSettings answers() {
        return new AnswerSettings(Duration.ofHours(1), 1_048_576);
    }
}
