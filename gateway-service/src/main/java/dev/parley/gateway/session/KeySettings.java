package dev.parley.gateway.session;

import dev.parley.contracts.TextEnum;
import dev.parley.contracts.event.SimilarMode;
import dev.parley.contracts.key.KeyIssued;
import dev.parley.contracts.key.KeyLimits;
import dev.parley.contracts.key.Mirror;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;

/**
 * What operators set for an issued key.
 *
 * @param name of 1 to 64 characters
 * @param onDisconnect policy after a disconnect; empty for the default of the gateway
 * @param scopes what the key may do besides chatting
 * @param similar how readily answers to similar questions are reused; empty for never
 * @param similarCosineMin the least cosine of both questions; empty for that of the mode
 * @param expiresAt from when on the key is refused; empty for never
 * @param mirror which share of the requests is also asked of a second model; empty for none
 */
public record KeySettings(
        String name,
        KeyLimits limits,
        Optional<OnDisconnect> onDisconnect,
        Set<String> scopes,
        Optional<SimilarMode> similar,
        Optional<BigDecimal> similarCosineMin,
        Optional<Instant> expiresAt,
        Optional<Mirror> mirror) {
    public KeySettings {
        scopes = Set.copyOf(scopes);
    }

    static KeySettings of(KeyIssued key) {
        return new KeySettings(
                key.name(),
                key.limits(),
                key.onDisconnect().map(policy -> TextEnum.of(OnDisconnect.class, policy)),
                key.scopes().orElse(Set.of()),
                key.similar(),
                key.similarCosineMin(),
                key.expiresAt(),
                key.mirror());
    }
}
