package dev.parley.inference.kafka.partitions;

import dev.parley.inference.generation.DeltaSink.NotOwnerException;
import java.time.Duration;

/**
 * A partition of {@code chat.requests} that this replica owns.
 *
 * @param firstNewOffset the end of the partition after the previous owner was fenced: no other replica has consumed a record
 *     from here on
 */
public record OwnedPartition(long firstNewOffset, OffsetWatermark watermark, TurnLog turns, OwnershipCheck ownership) {
    private static final Duration TIMEOUT = Duration.ofSeconds(15);
    private static final Duration INTERVAL = Duration.ofMillis(50);

    /**
     * Waits until the group has confirmed the ownership, if it is uncertain after a pause of the process or a broken connection.
     * Called by any thread.
     *
     * @throws NotOwnerException if another replica owns the partition, or the group did not confirm within 15 s
     */
    public void awaitOwnership() throws InterruptedException {
        long end = System.nanoTime() + TIMEOUT.toNanos();
        while (ownership.isUncertain() && turns.isOpen() && System.nanoTime() - end < 0) {
            Thread.sleep(INTERVAL);
        }
        if (ownership.isUncertain() || !turns.isOpen()) {
            throw new NotOwnerException();
        }
    }
}
