package dev.parley.inference.kafka.recovery;

import dev.parley.inference.kafka.requests.DeltaPublisher;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future.State;
import java.util.function.LongSupplier;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds out when partitions of {@code chat.deltas} can be written, by records that no reader counts: one at a time for a partition.
 * Used by one thread.
 */
public final class WriteProbes {
    private static final Logger LOG = LoggerFactory.getLogger(WriteProbes.class);

    /** As long as a request to a broker may take. */
    private static final Duration TIMEOUT = Duration.ofSeconds(5);

    /** The last one of a partition. */
    private static final class Probe {
        /** By {@link System#nanoTime()}. */
        private final long sentAt;

        /** Completes with the time of the acknowledgement. */
        private final CompletableFuture<Instant> written;

        private boolean warned;

        private Probe(long sentAt, CompletableFuture<Instant> written) {
            this.sentAt = sentAt;
            this.written = written;
        }

        private boolean isWritten() {
            return written.state() == State.SUCCESS;
        }
    }

    private final DeltaPublisher deltas;
    private final Clock clock;
    private final LongSupplier nanoTime;
    /** The last probe by partition, of which there are few. */
    private final Map<TopicPartition, Probe> probes = new HashMap<>();

    public WriteProbes(DeltaPublisher deltas, Clock clock, LongSupplier nanoTime) {
        this.deltas = deltas;
        this.clock = clock;
        this.nanoTime = nanoTime;
    }

    /**
     * When the last probe of the partition was written; empty if it has not been, and when none was sent. A time before the clock
     * was set back proves nothing until the clock is there again.
     */
    Optional<Instant> lastWritten(TopicPartition partition) {
        return Optional.ofNullable(probes.get(partition))
                .filter(Probe::isWritten)
                .map(probe -> probe.written.resultNow())
                .filter(at -> !at.isAfter(clock.instant()));
    }

    /**
     * Sends a probe to the partition of a generation, which has an attempt on the log, unless the last one is still under way, or has
     * failed within five seconds.
     */
    void send(RecoveryCandidate candidate) {
        Probe last = probes.get(candidate.deltas());
        if (last == null || last.isWritten() || (last.written.isDone() && isLate(last))) {
            CompletableFuture<Instant> written = deltas.probe(
                            candidate.request().generation(),
                            candidate.log().attempt(),
                            candidate.deltas().partition(),
                            candidate.request().requested().conversation())
                    .thenApply(_ -> clock.instant());
            probes.put(candidate.deltas(), new Probe(nanoTime.getAsLong(), written));
        }
    }

    /** Whether the last probe of the partition has failed, or was not written within five seconds. Warns once of each such probe. */
    boolean isUnwritable(TopicPartition partition) {
        Probe probe = probes.get(partition);
        if (probe == null) {
            return false;
        }
        // Asked for once: a thread of the producer may complete it meanwhile.
        State state = probe.written.state();
        if (state == State.SUCCESS || (state == State.RUNNING && !isLate(probe))) {
            return false;
        }
        if (!probe.warned) {
            probe.warned = true;
            LOG.warn(
                    "{} cannot be written: {}",
                    partition,
                    state == State.RUNNING ? "no reply" : probe.written.exceptionNow());
        }
        return true;
    }

    private boolean isLate(Probe probe) {
        return nanoTime.getAsLong() - probe.sentAt > TIMEOUT.toNanos();
    }
}
