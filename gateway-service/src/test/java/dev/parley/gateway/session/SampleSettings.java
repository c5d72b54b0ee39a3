package dev.parley.gateway.session;

import dev.parley.contracts.key.KeyLimits;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;

/** Settings of keys that have little set. */
public final class SampleSettings {
    private SampleSettings() {}

    public static KeySettings named(String name) {
        return named(name, KeyLimits.NONE);
    }

    public static KeySettings named(String name, KeyLimits limits) {
        return settings(name, limits, Optional.empty());
    }

    /** Of a key {@code web}, which expires; or never, if that is empty. */
    static KeySettings until(Optional<Instant> expiresAt) {
        return settings("web", KeyLimits.NONE, expiresAt);
    }

    private static KeySettings settings(String name, KeyLimits limits, Optional<Instant> expiresAt) {
        return new KeySettings(
                name,
                limits,
                Optional.empty(),
                Set.of(),
                Optional.empty(),
                Optional.empty(),
                expiresAt,
                Optional.empty());
    }
}
