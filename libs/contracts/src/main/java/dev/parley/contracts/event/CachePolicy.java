package dev.parley.contracts.event;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/** The cache policy of a request, from its {@code cache-control} (RFC 9111, section 5.2.1). */
public enum CachePolicy {
    /** Read the cache and store the answer. */
    USE,
    /** Call Claude and store the answer. */
    NO_CACHE,
    /** Call Claude and store nothing. */
    NO_STORE;

    @JsonValue
    public String text() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    static CachePolicy of(String text) {
        for (CachePolicy policy : values()) {
            if (policy.text().equals(text)) {
                return policy;
            }
        }
        throw new IllegalArgumentException("'" + text + "' is no cache policy");
    }
}
