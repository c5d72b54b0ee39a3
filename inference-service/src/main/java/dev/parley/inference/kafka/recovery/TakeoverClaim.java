package dev.parley.inference.kafka.recovery;

import dev.parley.contracts.delta.Delta;
import dev.parley.contracts.delta.DeltaCodec;
import dev.parley.contracts.event.MalformedEventException;
import dev.parley.inference.generation.DeltaSink.NotOwnerException;
import dev.parley.inference.generation.recovery.GenerationLog;
import dev.parley.inference.kafka.requests.DeltaPublisher;
import dev.parley.inference.kafka.requests.InFlightRequest;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.OptionalLong;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Claims the next attempt of a generation on the log. Records of the earlier owner count for every reader up to the claim, and
 * for none after it. So the claiming replica reads up to its claim, and continues from there.
 */
final class TakeoverClaim {
    private static final Logger LOG = LoggerFactory.getLogger(TakeoverClaim.class);
    private static final Duration POLL = Duration.ofMillis(100);

    /** For reading the log up to a claim, which a broker that restarts or a busy machine may exceed. */
    static final Duration READ_TIMEOUT = Duration.ofSeconds(10);

    enum Outcome {
        MADE,
        /** Another replica has claimed the attempt first. */
        LATE,
        /** The partition could not be written in time. The claim may be on the log all the same. */
        UNWRITTEN,
        /** The partition could not be read up to the claim in time. */
        UNREAD
    }

    private final Supplier<Consumer<String, byte[]>> consumers;
    private final RecoveryPermits permits;
    private final Duration readTimeout;

    /** The consumers read uncommitted records too. */
    TakeoverClaim(Supplier<Consumer<String, byte[]>> consumers, RecoveryPermits permits, Duration readTimeout) {
        this.consumers = consumers;
        this.permits = permits;
        this.readTimeout = readTimeout;
    }

    /**
     * Claims an attempt, and adds to the generation's log what was written meanwhile.
     *
     * @param position up to which the generation's log was read
     * @throws NotOwnerException if the partition of the request is lost
     */
    Outcome make(InFlightRequest request, GenerationLog log, int attempt, long position, DeltaPublisher.Sink sink)
            throws InterruptedException {
        if (!request.isOwned()) {
            throw new NotOwnerException();
        }
        TopicPartition partition = request.deltas();
        Consumer<String, byte[]> consumer = consumers.get();
        try {
            OptionalLong written = sink.claim(request.generation(), attempt);
            permits.tried(partition, written.isPresent());
            if (written.isEmpty()) {
                LOG.warn("{} cannot be written", partition);
                return Outcome.UNWRITTEN;
            }
            long claimed = written.getAsLong();
            long end = System.nanoTime() + readTimeout.toNanos();
            consumer.assign(List.of(partition));
            consumer.seek(partition, position);
            while (consumer.position(partition) <= claimed) {
                if (System.nanoTime() - end > 0) {
                    LOG.warn("{} cannot be read up to the claim at {} in time", partition, claimed);
                    return Outcome.UNREAD;
                }
                for (ConsumerRecord<String, byte[]> piece : consumer.poll(POLL)) {
                    if (piece.offset() < claimed && request.generation().value().equals(piece.key())) {
                        add(piece, log);
                    }
                }
            }
        } finally {
            // A client waits, and the broker would hold the prefetch for half a second.
            consumer.close(CloseOptions.timeout(Duration.ZERO));
        }
        if (log.attempt() < attempt) {
            return Outcome.MADE;
        }
        LOG.info("Another replica has taken the generation over");
        return Outcome.LATE;
    }

    private static void add(ConsumerRecord<String, byte[]> piece, GenerationLog log) {
        try {
            Delta delta = DeltaCodec.decode(piece);
            // The marker of a turn counts only if it is committed, which this consumer cannot tell.
            if (!(delta instanceof Delta.Recorded)) {
                log.add(delta, Instant.ofEpochMilli(piece.timestamp()));
            }
        } catch (MalformedEventException e) {
            // RedeliveryCheck logs it.
        }
    }
}
