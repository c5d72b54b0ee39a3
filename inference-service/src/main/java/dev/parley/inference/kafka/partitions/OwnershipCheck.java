package dev.parley.inference.kafka.partitions;

import static java.util.Objects.requireNonNull;

import dev.parley.eventlog.Moment;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.function.DoubleSupplier;
import java.util.function.LongSupplier;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.Metric;
import org.apache.kafka.common.TopicPartition;

/**
 * Tells whether a consumer may have lost its partitions without having noticed.
 *
 * <p>A process that was paused, or disconnected from Kafka, for longer than the session timeout has lost its partitions. Its
 * consumer learns of that from the next heartbeat, and until then returns records that another member already processes.
 * So what must not be done twice is done only while the ownership is certain.
 *
 * <p>It becomes uncertain after a sixth of the session timeout without a tick, or two thirds of it without an answered
 * heartbeat, and stays so until the group has confirmed it. Both together are less than a session, so no other member has
 * received a record that is processed while the ownership is certain. Any one thread may tick, and any thread may query; the
 * rest is for the polling thread.
 */
public final class OwnershipCheck {
    private static final Duration REQUEST_TIMEOUT = Duration.ofSeconds(2);
    private static final String HEARTBEATS = "heartbeat-total";

    private final long tickIntervalMax;
    private final long heartbeatIntervalMax;
    private final LongSupplier nanoTime;
    private final Clock clock;
    private volatile DoubleSupplier answeredHeartbeats = () -> 0;
    private volatile double heartbeats;
    private volatile Moment lastTick;
    private volatile Moment lastHeartbeat;
    private volatile boolean uncertain = true;

    /** A check that starts uncertain, for a consumer whose heartbeat interval is at most a third of its session timeout. */
    public OwnershipCheck(Duration sessionTimeout, LongSupplier nanoTime, Clock clock) {
        this.tickIntervalMax = sessionTimeout.toNanos() / 6;
        this.heartbeatIntervalMax = sessionTimeout.toNanos() * 2 / 3;
        this.nanoTime = nanoTime;
        this.clock = clock;
        this.lastTick = now();
        this.lastHeartbeat = lastTick;
    }

    /** The group has assigned the consumer its partitions. */
    void assigned(Consumer<?, ?> consumer) {
        Metric answered = consumer.metrics().entrySet().stream()
                .filter(each -> each.getKey().name().equals(HEARTBEATS))
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("the consumer has no metric " + HEARTBEATS))
                .getValue();
        assigned(() -> (double) answered.metricValue());
    }

    void assigned(DoubleSupplier heartbeatCounter) {
        answeredHeartbeats = heartbeatCounter;
        heartbeats = heartbeatCounter.getAsDouble();
        confirmed();
    }

    /** Proves that the process is running. To be called several times within a sixth of the session timeout. */
    public void tick() {
        Moment now = now();
        double answered = answeredHeartbeats.getAsDouble();
        if (isLate(now)) {
            uncertain = true;
        }
        if (answered != heartbeats) {
            heartbeats = answered;
            lastHeartbeat = now;
        }
        lastTick = now;
    }

    /** Whether records that were polled before this call may belong to another member. */
    public boolean isUncertain() {
        return isLate(now()) || uncertain;
    }

    private boolean isLate(Moment now) {
        return now.isLaterThan(lastTick, tickIntervalMax) || now.isLaterThan(lastHeartbeat, heartbeatIntervalMax);
    }

    private Moment now() {
        return new Moment(nanoTime.getAsLong(), clock.millis());
    }

    /**
     * Has the group confirm the ownership, by committing a committed offset again, which only members may do. Blocks for at most
     * four seconds, or six if none is committed yet.
     *
     * @throws org.apache.kafka.common.KafkaException if the consumer is no member any more, or the group does not answer: then
     *     polled records must not be processed, and the next poll rejoins the group
     */
    public void confirm(Consumer<?, ?> consumer) {
        for (TopicPartition any : consumer.assignment()) {
            OffsetAndMetadata committed =
                    consumer.committed(Set.of(any), REQUEST_TIMEOUT).get(any);
            consumer.commitSync(Map.of(any, committed == null ? beginning(consumer, any) : committed), REQUEST_TIMEOUT);
            confirmed();
            return;
        }
    }

    private static OffsetAndMetadata beginning(Consumer<?, ?> consumer, TopicPartition partition) {
        return new OffsetAndMetadata(requireNonNull(
                consumer.beginningOffsets(Set.of(partition), REQUEST_TIMEOUT).get(partition)));
    }

    private void confirmed() {
        Moment now = now();
        lastTick = now;
        lastHeartbeat = now;
        uncertain = false;
    }
}
