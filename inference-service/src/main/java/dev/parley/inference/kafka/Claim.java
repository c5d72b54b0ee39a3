package dev.parley.inference.kafka;

import dev.parley.contracts.delta.Delta;
import dev.parley.contracts.delta.DeltaCodec;
import dev.parley.contracts.event.MalformedEventException;
import dev.parley.contracts.topic.Topics;
import dev.parley.inference.generation.Slice;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;

/**
 * Claims the next attempt of a generation on the log. What the owner before has written up to the claim counts for every
 * reader, what it writes afterwards counts for none: so who claims reads up to its claim, and goes on from there.
 */
final class Claim {
    private static final Duration POLL = Duration.ofMillis(100);
    private static final int AT_ONCE = 16;
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final Supplier<Consumer<String, byte[]>> consumers;
    private final Semaphore room = new Semaphore(AT_ONCE);

    /**
     * Makes it.
     *
     * @param consumers make consumers that read what is not committed too
     */
    Claim(Supplier<Consumer<String, byte[]>> consumers) {
        this.consumers = consumers;
    }

    /**
     * Claims an attempt, and completes the slice by what was written meanwhile.
     *
     * @param position up to where the slice was read
     * @return whether the attempt is ours; if not, somebody else was faster
     */
    boolean make(RequestInHand request, Slice slice, int attempt, long position, DeltaPublisher.Sink sink)
            throws InterruptedException {
        // A replica that died may leave hundreds: each gets a consumer of its own, a few at a time.
        room.acquire();
        try {
            return claimAndRead(request, slice, attempt, position, sink);
        } finally {
            room.release();
        }
    }

    private boolean claimAndRead(
            RequestInHand request, Slice slice, int attempt, long position, DeltaPublisher.Sink sink)
            throws InterruptedException {
        TopicPartition partition = new TopicPartition(Topics.DELTAS.name(), request.deltaPartition());
        Consumer<String, byte[]> consumer = consumers.get();
        try {
            long claimed = sink.claim(request.generation(), attempt);
            long end = System.nanoTime() + PATIENCE.toNanos();
            consumer.assign(List.of(partition));
            consumer.seek(partition, position);
            while (consumer.position(partition) <= claimed) {
                if (System.nanoTime() - end > 0) {
                    throw new IllegalStateException("a claim could not be read back in time");
                }
                for (ConsumerRecord<String, byte[]> piece : consumer.poll(POLL)) {
                    if (piece.offset() < claimed && request.generation().value().equals(piece.key())) {
                        add(piece, slice);
                    }
                }
            }
        } finally {
            // A reader waits. The next fetch is under way already, and the broker holds it for half a second.
            consumer.close(CloseOptions.timeout(Duration.ZERO));
        }
        return slice.attempt() < attempt;
    }

    private static void add(ConsumerRecord<String, byte[]> piece, Slice slice) {
        try {
            Delta delta = DeltaCodec.decode(piece);
            // The marker of a turn counts only if it is committed, and this reader cannot tell.
            if (!(delta instanceof Delta.Recorded)) {
                slice.add(delta, Instant.ofEpochMilli(piece.timestamp()));
            }
        } catch (MalformedEventException e) {
            // RecoveryWatch has said so, or a reader will.
        }
    }
}
