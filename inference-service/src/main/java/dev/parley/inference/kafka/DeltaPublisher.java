package dev.parley.inference.kafka;

import dev.parley.contracts.delta.Delta;
import dev.parley.contracts.delta.Delta.Frames;
import dev.parley.contracts.delta.Delta.Heartbeat;
import dev.parley.contracts.delta.DeltaCodec;
import dev.parley.contracts.id.ConversationId;
import dev.parley.contracts.id.GenerationId;
import dev.parley.inference.generation.DeltaSink;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.producer.Producer;

/**
 * Publishes deltas to {@code chat.deltas}: at a low rate each at once; at a high rate those in the middle of answers together, a
 * few milliseconds later, because a request to the broker costs more than a delta.
 */
public final class DeltaPublisher {
    /** The first deltas of an answer are never delayed: its first heartbeat, its head, its first token. */
    private static final int PROMPT_DELTAS = 3;

    private final Producer<String, byte[]> prompt;
    private final Producer<String, byte[]> lingering;
    private final ArrivalRate rate;

    /**
     * Makes a publisher.
     *
     * @param prompt sends at once
     * @param lingering sends together what arrives within a few milliseconds
     * @param rate of the deltas of all answers: the lingering producer is used while it is high
     */
    public DeltaPublisher(Producer<String, byte[]> prompt, Producer<String, byte[]> lingering, ArrivalRate rate) {
        this.prompt = prompt;
        this.lingering = lingering;
        this.rate = rate;
    }

    /**
     * The sink of a generation.
     *
     * @param conversation which the first delta of each attempt carries
     * @param owner the partition that the request came from
     */
    Sink to(int partition, ConversationId conversation, OwnedPartition owner) {
        return new Sink(partition, conversation, owner);
    }

    /** Publishes the deltas of one generation. Used by the thread of the generation. */
    final class Sink implements DeltaSink {
        private final int partition;
        private final ConversationId conversation;
        private final OwnedPartition owner;
        private final CompletableFuture<Void> lost = new CompletableFuture<>();
        private CompletableFuture<Void> last = CompletableFuture.completedFuture(null);
        private Producer<String, byte[]> latest = prompt;

        private Sink(int partition, ConversationId conversation, OwnedPartition owner) {
            this.partition = partition;
            this.conversation = conversation;
            this.owner = owner;
        }

        /** After a delta that could not be delivered the next one fails: no reader may see a gap. */
        @Override
        public void publish(Delta delta) {
            lost.getNow(null);
            CompletableFuture<Void> delivery = new CompletableFuture<>();
            choose(delta);
            last = delivery;
            var _ = latest.send(DeltaCodec.encode(delta, partition, conversation), (_, failure) -> {
                if (failure == null) {
                    delivery.complete(null);
                } else {
                    delivery.completeExceptionally(failure);
                    lost.completeExceptionally(failure);
                }
            });
        }

        /** Two producers keep no order between them, so the producer changes only when all deltas are delivered. */
        private void choose(Delta delta) {
            boolean canWait = delta instanceof Frames frames && !frames.last() && delta.sequence() >= PROMPT_DELTAS;
            Producer<String, byte[]> wanted = rate.count() && canWait ? lingering : prompt;
            if (last.isDone()) {
                latest = wanted;
            }
        }

        @Override
        public void begin(Delta first) throws InterruptedException {
            owner.awaitOwnership();
            publish(first);
            awaitDelivery();
            owner.awaitOwnership();
        }

        /**
         * Publishes the first record of an attempt. The first such record on the log owns the attempt, so the caller has to
         * check that no other one precedes it.
         *
         * @return the offset of the record
         */
        long claim(GenerationId generation, int attempt) throws InterruptedException {
            CompletableFuture<Long> offset = new CompletableFuture<>();
            var _ = prompt.send(
                    DeltaCodec.encode(new Heartbeat(generation, attempt, 0), partition, conversation),
                    (metadata, failure) -> {
                        if (failure == null) {
                            offset.complete(metadata.offset());
                        } else {
                            offset.completeExceptionally(failure);
                        }
                    });
            try {
                return offset.get();
            } catch (ExecutionException e) {
                throw new IllegalStateException("a claim could not be delivered", e);
            }
        }

        /** Waits until all deltas are on the log, at most for the delivery timeout of the producer. */
        void awaitDelivery() throws InterruptedException {
            try {
                last.get();
                if (lost.isDone()) {
                    lost.get();
                }
            } catch (ExecutionException e) {
                throw new IllegalStateException("a delta could not be delivered", e);
            }
        }
    }
}
