package dev.parley.contracts.event;

import dev.parley.contracts.TextEnum;

/** The cache policy of a request, from its {@code cache-control} (RFC 9111, section 5.2.1). */
public enum CachePolicy implements TextEnum {
    /** Read the cache and store the answer. */
    USE,
    /** Call Claude and store the answer. */
    NO_CACHE,
    /** Call Claude and store nothing. */
    NO_STORE;

    @Override
    public String text() {
        return TextEnum.super.text().replace('_', '-');
    }
}
