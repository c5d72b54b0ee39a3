package dev.parley.cache.kafka;

import java.time.Duration;

/** Tells whether somebody else may have begun to serve a request. */
public final class Doubts {
    private final OwnedPartitions partitions;
    private final PollClock polls;
    private final Duration staleAfter;

    /**
     * Makes it.
     *
     * @param staleAfter how long after its poll a request may have got a new owner
     */
    public Doubts(OwnedPartitions partitions, PollClock polls, Duration staleAfter) {
        this.partitions = partitions;
        this.polls = polls;
        this.staleAfter = staleAfter;
    }

    /** On the thread that polled it. */
    boolean about(Delivery delivery) {
        return partitions.mayHaveBeenBegun(
                        delivery.partition(), delivery.event().offset())
                || polls.sincePoll().compareTo(staleAfter) > 0;
    }
}
