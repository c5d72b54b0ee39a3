package dev.parley.gateway.limits;

import java.util.Optional;
import java.util.OptionalLong;

/**
 * Where the ends of requests are written down, each once: with every one goes its place on the log, and what is not the
 * next place is refused. Methods block, and throw if the ledger cannot be reached.
 */
public interface Settlements {
    /** The last place of this partition that is written down; empty if none is. */
    OptionalLong position(int partition);

    /**
     * Writes down.
     *
     * @param after the place that the last one had; nothing is done if it had another
     * @param offset the place of this one
     * @param settlement empty if nothing on the log up to there concerns a key that is counted
     * @return the last place that is written down: {@code offset} unless nothing was done
     */
    OptionalLong settle(int partition, OptionalLong after, long offset, Optional<Settlement> settlement);
}
