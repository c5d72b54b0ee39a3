package dev.parley.contracts.event;

import com.fasterxml.jackson.annotation.JsonValue;

/** The cache policy of a request, from its {@code cache-control} (RFC 9111, section 5.2.1). */
public enum CachePolicy {
    /** Read the cache and store the answer. */
    USE("use"),
    /** Call Claude and store the answer. */
    NO_CACHE("no-cache"),
    /** Call Claude and store nothing. */
    NO_STORE("no-store");

    private final String text;

    CachePolicy(String text) {
        this.text = text;
    }

    @JsonValue
    public String text() {
        return text;
    }

    static CachePolicy of(String text) {
        for (CachePolicy policy : values()) {
            if (policy.text.equals(text)) {
                return policy;
            }
        }
        throw new IllegalArgumentException("'" + text + "' is no cache policy");
    }
}
