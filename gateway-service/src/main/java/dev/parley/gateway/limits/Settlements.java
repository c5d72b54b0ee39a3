package dev.parley.gateway.limits;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Records settlements exactly once: each is stored with its offset on the log, and only if it follows the last stored
 * offset. Methods block, and throw if the ledger cannot be reached.
 */
public interface Settlements {
    /** The last stored offset of each partition that has one. */
    Map<Integer, Long> positions();

    /**
     * One step of the last stored offset of a partition.
     *
     * @param after the expected last stored offset; if it differs, nothing is changed
     * @param offset the offset to store
     * @param settlement empty if no record up to the offset is the end of a request with an issued key
     */
    record Step(int partition, OptionalLong after, long offset, Optional<Settlement> settlement) {}

    /**
     * Stores offsets and their settlements in this order, with one round trip. If it fails, a beginning of the steps may be stored.
     *
     * @return for each step the last stored offset of its partition: its {@code offset} unless the step changed nothing
     */
    List<OptionalLong> settle(List<Step> steps);

    /**
     * Stores until when the turns of partitions are counted, except where the last stored offset is another one.
     *
     * @param at the expected last stored offset of each partition
     */
    void counted(Map<Integer, OptionalLong> at, Instant until);
}
