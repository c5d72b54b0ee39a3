package dev.parley.inference.kafka;

import dev.parley.inference.generation.DeltaSink.NotOursException;
import dev.parley.inference.generation.OffsetWatermark;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/**
 * A partition of {@code chat.requests} while this replica owns it.
 *
 * @param freshFrom records from this offset on were never given to another replica: it was the end of the partition
 *     when it came here
 */
record OwnedPartition(int partition, long freshFrom, OffsetWatermark watermark, TurnLog turns, Membership membership) {
    private static final Duration PATIENCE = Duration.ofSeconds(15);
    private static final Duration LOOK_AGAIN = Duration.ofMillis(50);

    /**
     * Waits, after a sleep of this process or a broken connection, until the group has said whose the partition is. On any
     * thread.
     *
     * @throws NotOursException if it is another's, or nobody could tell within 15 s
     */
    void awaitCertainty() throws InterruptedException {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (membership.inDoubt() && turns.isOpen() && System.nanoTime() - end < 0) {
            LockSupport.parkNanos(LOOK_AGAIN.toNanos());
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
        }
        if (membership.inDoubt() || !turns.isOpen()) {
            throw new NotOursException();
        }
    }
}
