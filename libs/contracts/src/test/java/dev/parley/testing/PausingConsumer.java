package dev.parley.testing;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.MockConsumer;

/**
 * A consumer whose poll takes a while, up to its timeout, if there is no record: a thread that polls in a loop leaves the processor to
 * others, as with a broker.
 */
public class PausingConsumer<K, V> extends MockConsumer<K, V> {
    private static final Duration PAUSE_MAX = Duration.ofMillis(5);

    public PausingConsumer(String offsetReset) {
        super(offsetReset);
    }

    /** Others can use the consumer while it pauses. A thread that is interrupted does not pause. */
    @Override
    @SuppressWarnings("UnsynchronizedOverridesSynchronized")
    public ConsumerRecords<K, V> poll(Duration timeout) {
        ConsumerRecords<K, V> records = super.poll(timeout);
        if (records.isEmpty()) {
            Duration pause = timeout.compareTo(PAUSE_MAX) < 0 ? timeout : PAUSE_MAX;
            LockSupport.parkNanos(pause.toNanos());
        }
        return records;
    }
}
