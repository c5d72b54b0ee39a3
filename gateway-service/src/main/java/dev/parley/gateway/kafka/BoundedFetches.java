package dev.parley.gateway.kafka;

import dev.parley.contracts.topic.Topic;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecords;

/**
 * Fetches of records whose size is not known before. A fetch may return a record of any size, also above the limits of the consumer
 * (KIP-74), so as many run at once as there is heap for the longest records. They should be of records that are there: one that waits
 * keeps the others from fetching. Thread-safe.
 */
public final class BoundedFetches {
    private static final Duration POLL = Duration.ofMillis(100);
    /** What is received, and its record. */
    private static final int COPIES = 2;

    private static final int KIB = 1024;

    private final int kibMax;
    /** In KiB. First come, first served. */
    private final Semaphore room;

    /** Fetches that take so many bytes of heap at once, and one in any case. */
    public BoundedFetches(long bytesMax) {
        this.kibMax = (int) Math.max(1, bytesMax / KIB);
        this.room = new Semaphore(kibMax, true);
    }

    /**
     * Polls a consumer of one topic once there is room. Blocks.
     *
     * @param within how long to wait for room
     * @param reading runs before the room is given to others
     * @return what it makes of the records; empty if there was no room
     */
    <T> Optional<T> poll(
            Consumer<String, byte[]> consumer,
            Topic topic,
            Duration within,
            Function<ConsumerRecords<String, byte[]>, T> reading)
            throws InterruptedException {
        int kib = Math.min(kibMax, COPIES * topic.recordBytesMax() / KIB);
        if (!room.tryAcquire(kib, within.toNanos(), TimeUnit.NANOSECONDS)) {
            return Optional.empty();
        }
        try {
            return Optional.of(reading.apply(consumer.poll(POLL)));
        } finally {
            room.release(kib);
        }
    }
}
