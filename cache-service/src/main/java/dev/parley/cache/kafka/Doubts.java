package dev.parley.cache.kafka;

import dev.parley.contracts.event.ChatRequested;
import dev.parley.contracts.id.GenerationId;
import dev.parley.membership.Membership;
import java.time.Clock;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Tells whether somebody may have begun to serve a request: another replica, or this one when the same record came
 * before. Belongs to the polling thread.
 */
public final class Doubts {
    /** A double is known by its generation for as long as so many requests take, and by its age after that. */
    private static final int REMEMBERED_MAX = 50_000;

    private static final Duration YOUNG = Duration.ofSeconds(20);

    private final OwnedPartitions partitions;
    private final Membership membership;
    private final Clock clock;
    private final Map<GenerationId, Boolean> seen = new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<GenerationId, Boolean> eldest) {
            return size() > REMEMBERED_MAX;
        }
    };

    public Doubts(OwnedPartitions partitions, Membership membership, Clock clock) {
        this.partitions = partitions;
        this.membership = membership;
        this.clock = clock;
    }

    /** Once for each delivery. */
    boolean about(Delivery delivery, ChatRequested requested) {
        boolean repeated = seen.put(requested.generation(), Boolean.TRUE) != null;
        boolean old = requested.publishedAt().plus(YOUNG).isBefore(clock.instant());
        return repeated || old || about(delivery);
    }

    /** Whether it has got doubtful since. */
    boolean about(Delivery delivery) {
        return partitions.mayHaveBeenBegun(
                        delivery.partition(), delivery.event().offset())
                || membership.inDoubt();
    }
}
