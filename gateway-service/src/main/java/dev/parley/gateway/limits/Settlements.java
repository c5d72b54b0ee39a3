package dev.parley.gateway.limits;

import java.util.Optional;
import java.util.OptionalLong;

/**
 * Records settlements exactly once: each is stored with its offset on the log, and only if it follows the last stored
 * offset. Methods block, and throw if the ledger cannot be reached.
 */
public interface Settlements {
    /** The last stored offset of a partition; empty if there is none. */
    OptionalLong position(int partition);

    /**
     * Stores an offset and its settlement.
     *
     * @param after the expected last stored offset; if it differs, nothing is changed
     * @param offset the offset to store
     * @param settlement empty if no record up to the offset is the end of a request with an issued key
     * @return the last stored offset: {@code offset} unless nothing was changed
     */
    OptionalLong settle(int partition, OptionalLong after, long offset, Optional<Settlement> settlement);
}
