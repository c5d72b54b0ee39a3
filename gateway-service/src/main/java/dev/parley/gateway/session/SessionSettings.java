package dev.parley.gateway.session;

import dev.parley.contracts.Bounds;
import dev.parley.contracts.event.SimilarMode;
import dev.parley.contracts.event.SimilarQuestion;
import java.math.BigDecimal;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The configured keys.
 *
 * @param localKey plain-text key for local use, empty for none; rejected unless the gateway listens on a loopback
 *     address
 * @param adminKeySha256 SHA-256 of the operators' key in hexadecimal digits; empty for none
 * @param administrators further operators' keys, as {@code name=hash}
 * @param onDisconnect policy after a disconnect, for keys without their own
 * @param keys all other configured keys
 */
public record SessionSettings(
        String localKey,
        String adminKeySha256,
        List<String> administrators,
        OnDisconnect onDisconnect,
        List<ConfiguredKey> keys) {
    public SessionSettings {
        administrators = List.copyOf(administrators);
        keys = List.copyOf(keys);
    }

    OnDisconnect onDisconnectOf(ConfiguredKey key) {
        return key.onDisconnect() == null ? onDisconnect : key.onDisconnect();
    }

    /** Omits the keys. */
    @Override
    public String toString() {
        return "SessionSettings[" + keys.size() + " keys]";
    }

    /**
     * One configured key.
     *
     * @param sha256 SHA-256 of the key in UTF-8, in hexadecimal digits
     * @param onDisconnect policy after a disconnect; null for the default
     * @param scopes what the key may do besides chatting: {@code publish}; null for nothing
     * @param similar how readily answers to similar questions are reused; null for never
     * @param similarCosineMin the least cosine of both questions; null for that of the mode
     */
    public record ConfiguredKey(
            String name,
            String tenant,
            String sha256,
            @Nullable OnDisconnect onDisconnect,
            @Nullable List<String> scopes,
            @Nullable SimilarMode similar,
            @Nullable BigDecimal similarCosineMin) {
        /** Throws an {@link IllegalArgumentException} if the cosine is out of its bounds. */
        public ConfiguredKey {
            if (similarCosineMin != null) {
                Bounds.between(
                        "similar-cosine-min of the key " + name,
                        similarCosineMin,
                        SimilarQuestion.COSINE_MIN_LEAST,
                        BigDecimal.ONE);
            }
        }

        Set<String> scopesOrNone() {
            return scopes == null ? Set.of() : Set.copyOf(scopes);
        }

        SimilarMode similarOrOff() {
            return similar == null ? SimilarMode.OFF : similar;
        }
    }
}
