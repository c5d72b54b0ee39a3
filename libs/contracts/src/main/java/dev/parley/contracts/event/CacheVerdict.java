package dev.parley.contracts.event;

import dev.parley.contracts.TextEnum;

/** The result of the cache lookup of a request; the value of the response header {@code x-parley-cache}. */
public enum CacheVerdict implements TextEnum {
    /** The lookup found no answer. */
    MISS,
    /** The lookup found the answer to an identical request. */
    EXACT,
    /** The request is a published question. */
    PUBLISHED,
    /** The lookup found the answer to a question that means the same. */
    SIMILAR,
    /** The lookup found no answer, but an identical request was in flight, whose answer is shared. */
    SHARED,
    /** No lookup: the cache policy of the request excludes it. */
    BYPASS;

    /** Whether the answer is a stored one, which Claude gave to an earlier request. */
    public boolean isStored() {
        return this == EXACT || this == PUBLISHED || this == SIMILAR;
    }
}
