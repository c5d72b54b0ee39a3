package dev.parley.contracts.event;

import com.fasterxml.jackson.annotation.JsonValue;

/** What the client's {@code cache-control} asks for (RFC 9111, section 5.2.1). */
public enum CachePolicy {
    /** Answer from the cache, keep the answer. */
    USE("use"),
    /** Ask Claude again, keep the answer. */
    NO_CACHE("no-cache"),
    /** Ask Claude again, keep nothing. */
    NO_STORE("no-store");

    private final String text;

    CachePolicy(String text) {
        this.text = text;
    }

    @JsonValue
    public String text() {
        return text;
    }
}
