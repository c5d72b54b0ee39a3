package dev.parley.inference.kafka;

import static java.util.Objects.requireNonNull;

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
 * Whether the partitions of a consumer are still its own, as far as can be told without asking the group.
 *
 * <p>A process that was frozen, or cut off from Kafka, for longer than the group waits has lost its partitions. Its
 * consumer does not know before a heartbeat is answered, and until then brings records, new ones too, that another member
 * works on. So whoever must not do a thing twice looks here first, and asks the group when in doubt.
 *
 * <p>In doubt is who has not ticked for a sixth of the session timeout, or has had no answer to a heartbeat for two
 * thirds of it, and stays so until the group has answered: together less than a session, so no other member has got a
 * record that is handled without doubt. Ticks may come from any one thread, and everybody may ask whether
 * there is doubt; the rest is for the polling thread.
 */
final class Membership {
    private static final Duration ASK_TIMEOUT = Duration.ofSeconds(2);
    private static final String HEARTBEATS = "heartbeat-total";

    private final long pauseMax;
    private final long unansweredMax;
    private final LongSupplier nanoTime;
    private volatile DoubleSupplier heartbeatsAnswered = () -> 0;
    private volatile double heartbeats;
    private volatile long lastTick;
    private volatile long lastHeartbeat;
    private volatile boolean doubtful = true;

    /**
     * Makes it, in doubt.
     *
     * @param sessionTimeout how long the group waits for a silent member; a third of it is the heartbeats' interval
     * @param nanoTime as {@link System#nanoTime()}
     */
    public Membership(Duration sessionTimeout, LongSupplier nanoTime) {
        this.pauseMax = sessionTimeout.toNanos() / 6;
        this.unansweredMax = sessionTimeout.toNanos() * 2 / 3;
        this.nanoTime = nanoTime;
        this.lastTick = nanoTime.getAsLong();
        this.lastHeartbeat = lastTick;
    }

    /** The group has given the consumer its partitions. */
    public void joined(Consumer<?, ?> consumer) {
        Metric answered = consumer.metrics().entrySet().stream()
                .filter(each -> each.getKey().name().equals(HEARTBEATS))
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("this consumer does not count its heartbeats"))
                .getValue();
        joined(() -> (double) answered.metricValue());
    }

    void joined(DoubleSupplier answeredHeartbeats) {
        heartbeatsAnswered = answeredHeartbeats;
        heartbeats = answeredHeartbeats.getAsDouble();
        trust();
    }

    /** This process is awake. Several times in a sixth of the session timeout. */
    public void tick() {
        long now = nanoTime.getAsLong();
        double answered = heartbeatsAnswered.getAsDouble();
        if (isLate(now)) {
            doubtful = true;
        }
        if (answered != heartbeats) {
            heartbeats = answered;
            lastHeartbeat = now;
        }
        lastTick = now;
    }

    /** Whether records that were polled before this look may be another member's. */
    public boolean inDoubt() {
        return isLate(nanoTime.getAsLong()) || doubtful;
    }

    private boolean isLate(long now) {
        return now - lastTick > pauseMax || now - lastHeartbeat > unansweredMax;
    }

    /**
     * Asks the group, by committing again what is committed, which it allows to members only. Waits for at most four
     * seconds.
     *
     * @throws org.apache.kafka.common.KafkaException if the consumer is no member any more, or it cannot be told: then
     *     the records in hand must not be worked on, and the next poll settles whose they are
     */
    public void ask(Consumer<?, ?> consumer) {
        for (TopicPartition any : consumer.assignment()) {
            OffsetAndMetadata committed =
                    consumer.committed(Set.of(any), ASK_TIMEOUT).get(any);
            consumer.commitSync(Map.of(any, committed == null ? beginning(consumer, any) : committed), ASK_TIMEOUT);
            trust();
            return;
        }
    }

    private static OffsetAndMetadata beginning(Consumer<?, ?> consumer, TopicPartition partition) {
        return new OffsetAndMetadata(requireNonNull(
                consumer.beginningOffsets(Set.of(partition), ASK_TIMEOUT).get(partition)));
    }

    private void trust() {
        long now = nanoTime.getAsLong();
        lastTick = now;
        lastHeartbeat = now;
        doubtful = false;
    }
}
