package dev.parley.contracts.event;

import com.fasterxml.jackson.annotation.JsonValue;

/** What the cache had to say to a request; the value of the response header {@code x-parley-cache}. */
public enum CacheVerdict {
    /** Asked, and had nothing. */
    MISS("miss"),
    /** Had the answer to this very question. */
    EXACT("exact"),
    /** Not asked: the client forbade it. */
    BYPASS("bypass");

    private final String text;

    CacheVerdict(String text) {
        this.text = text;
    }

    @JsonValue
    public String text() {
        return text;
    }
}
