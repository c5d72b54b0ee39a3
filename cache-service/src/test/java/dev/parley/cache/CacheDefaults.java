package dev.parley.cache;

import dev.parley.cache.answer.CachingSettings;
import java.time.Duration;

/** The default settings, for tests. */
public final class CacheDefaults {
    private CacheDefaults() {}

    public static CachingSettings answers() {
        return new CachingSettings(Duration.ofHours(1), 1_048_576, 10_000);
    }
}
