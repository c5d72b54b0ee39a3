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
 * Sends pieces of answers to {@code chat.deltas}: each at once when there are few of them; when there are many, those in the
 * middle of answers a few milliseconds later and together, for a request to the broker costs more than a piece.
 */
public final class DeltaPublisher {
    /** The first pieces of an answer never wait: that it has begun, its head, its first word. */
    private static final int PROMPT_PIECES = 3;

    private final Producer<String, byte[]> prompt;
    private final Producer<String, byte[]> patient;
    private final Pace pace;

    /**
     * Makes a publisher.
     *
     * @param prompt sends at once
     * @param patient sends what has come within a few milliseconds together
     * @param pace of the pieces of all answers: when it is busy, the patient one is used
     */
    public DeltaPublisher(Producer<String, byte[]> prompt, Producer<String, byte[]> patient, Pace pace) {
        this.prompt = prompt;
        this.patient = patient;
        this.pace = pace;
    }

    /**
     * The sink of a generation.
     *
     * @param conversation which the first piece of each attempt tells
     * @param owner whose the generation is, as long as it is
     */
    Sink to(int partition, ConversationId conversation, OwnedPartition owner) {
        return new Sink(partition, conversation, owner);
    }

    /** The sink of one generation, used by its thread. */
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

        /** A piece that could not be delivered fails the next: no reader may see a gap. */
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

        /** Two producers keep no order between them, so the other one is used when all is delivered. */
        private void choose(Delta delta) {
            boolean canWait = delta instanceof Frames frames && !frames.last() && delta.sequence() >= PROMPT_PIECES;
            Producer<String, byte[]> wanted = pace.count() && canWait ? patient : prompt;
            if (last.isDone()) {
                latest = wanted;
            }
        }

        @Override
        public void begin(Delta first) throws InterruptedException {
            owner.awaitCertainty();
            publish(first);
            awaitDelivery();
            owner.awaitCertainty();
        }

        /**
         * Begins an attempt, if nobody else does so first: the first record of an attempt on the log is the one that counts.
         *
         * @return the offset of the claim
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

        /** Waits until all pieces are on the log: at most for the producer's delivery timeout. */
        void awaitDelivery() throws InterruptedException {
            try {
                last.get();
                if (lost.isDone()) {
                    lost.get();
                }
            } catch (ExecutionException e) {
                throw new IllegalStateException("a piece of the answer could not be delivered", e);
            }
        }
    }
}
