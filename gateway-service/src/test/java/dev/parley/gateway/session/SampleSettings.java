package dev.parley.gateway.session;

import dev.parley.contracts.key.KeyLimits;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;

/** Settings of keys without limits. */
final class SampleSettings {
    private SampleSettings() {}

    static KeySettings named(String name) {
        return settings(name, Optional.empty());
    }

    /** Of a key {@code web}, which expires; or never, if that is empty. */
    static KeySettings until(Optional<Instant> expiresAt) {
        return settings("web", expiresAt);
    }

    private static KeySettings settings(String name, Optional<Instant> expiresAt) {
        return new KeySettings(
                name, KeyLimits.NONE, Optional.empty(), Set.of(), Optional.empty(), expiresAt, Optional.empty());
    }
}
