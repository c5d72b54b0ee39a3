package dev.parley.cache.kafka;

import dev.parley.membership.Membership;

/** Tells whether somebody else may have begun to serve a request. */
public final class Doubts {
    private final OwnedPartitions partitions;
    private final Membership membership;

    public Doubts(OwnedPartitions partitions, Membership membership) {
        this.partitions = partitions;
        this.membership = membership;
    }

    /** On the thread that polled it. */
    boolean about(Delivery delivery) {
        return partitions.mayHaveBeenBegun(
                        delivery.partition(), delivery.event().offset())
                || membership.inDoubt();
    }
}
