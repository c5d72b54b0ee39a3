package dev.parley.contracts.event;

import com.fasterxml.jackson.annotation.JsonValue;

/** The result of the cache lookup of a request; the value of the response header {@code x-parley-cache}. */
public enum CacheVerdict {
    /** The lookup found no answer. */
    MISS("miss"),
    /** The lookup found the answer to an identical request. */
    EXACT("exact"),
    /** The request is a published question. */
    PUBLISHED("published"),
    /** The lookup found the answer to a question that means the same. */
    SIMILAR("similar"),
    /** The lookup found no answer, but an identical request was in flight, whose answer is shared. */
    SHARED("shared"),
    /** No lookup: the cache policy of the request excludes it. */
    BYPASS("bypass");

    private final String text;

    CacheVerdict(String text) {
        this.text = text;
    }

    @JsonValue
    public String text() {
        return text;
    }

    /** Whether the answer is a stored one, which Claude gave to an earlier request. */
    public boolean isStored() {
        return this == EXACT || this == PUBLISHED || this == SIMILAR;
    }
}
