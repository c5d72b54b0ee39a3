package dev.parley.inference.kafka;

import dev.parley.contracts.delta.Delta;
import dev.parley.contracts.delta.DeltaCodec;
import dev.parley.contracts.event.MalformedEventException;
import dev.parley.inference.generation.DeltaSink.NotOwnerException;
import dev.parley.inference.generation.GenerationLog;
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
    private static final Duration TIMEOUT = Duration.ofSeconds(10);

    private final Supplier<Consumer<String, byte[]>> consumers;
    private final RecoveryPermits permits;

    /** The consumers read uncommitted records too. */
    TakeoverClaim(Supplier<Consumer<String, byte[]>> consumers, RecoveryPermits permits) {
        this.consumers = consumers;
        this.permits = permits;
    }

    /**
     * Claims an attempt, and adds to the generation's log what was written meanwhile.
     *
     * @param position up to which the generation's log was read
     * @return false if another replica claimed the attempt first, or the partition cannot be written
     * @throws NotOwnerException if the partition of the request is lost
     */
    boolean make(InFlightRequest request, GenerationLog log, int attempt, long position, DeltaPublisher.Sink sink)
            throws InterruptedException {
        if (!request.from().turns().isOpen()) {
            throw new NotOwnerException();
        }
        TopicPartition partition = request.deltas();
        Consumer<String, byte[]> consumer = consumers.get();
        try {
            OptionalLong written = sink.claim(request.generation(), attempt);
            permits.tried(partition, written.isPresent());
            if (written.isEmpty()) {
                LOG.warn("{} cannot be written", partition);
                return false;
            }
            long claimed = written.getAsLong();
            long end = System.nanoTime() + TIMEOUT.toNanos();
            consumer.assign(List.of(partition));
            consumer.seek(partition, position);
            while (consumer.position(partition) <= claimed) {
                if (System.nanoTime() - end > 0) {
                    throw new IllegalStateException("a claim could not be read back in time");
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
        boolean isFirst = log.attempt() < attempt;
        if (!isFirst) {
            LOG.info("Another replica has taken the generation over");
        }
        return isFirst;
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
