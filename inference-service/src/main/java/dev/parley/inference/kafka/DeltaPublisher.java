package dev.parley.inference.kafka;

import dev.parley.contracts.delta.Delta;
import dev.parley.contracts.delta.Delta.Heartbeat;
import dev.parley.contracts.delta.DeltaCodec;
import dev.parley.contracts.id.GenerationId;
import dev.parley.inference.generation.DeltaSink;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.producer.Producer;

/** Sends pieces of answers to {@code chat.deltas}. */
public final class DeltaPublisher {
    private final Producer<String, byte[]> producer;

    public DeltaPublisher(Producer<String, byte[]> producer) {
        this.producer = producer;
    }

    /**
     * The sink of a generation.
     *
     * @param owner whose the generation is, as long as it is
     */
    Sink to(int partition, OwnedPartition owner) {
        return new Sink(partition, owner);
    }

    /** The sink of one generation, used by its thread. */
    final class Sink implements DeltaSink {
        private final int partition;
        private final OwnedPartition owner;
        private final CompletableFuture<Void> lost = new CompletableFuture<>();
        private CompletableFuture<Void> last = CompletableFuture.completedFuture(null);

        private Sink(int partition, OwnedPartition owner) {
            this.partition = partition;
            this.owner = owner;
        }

        /** A piece that could not be delivered fails the next: no reader may see a gap. */
        @Override
        public void publish(Delta delta) {
            lost.getNow(null);
            CompletableFuture<Void> delivery = new CompletableFuture<>();
            last = delivery;
            var _ = producer.send(DeltaCodec.encode(delta, partition), (_, failure) -> {
                if (failure == null) {
                    delivery.complete(null);
                } else {
                    delivery.completeExceptionally(failure);
                    lost.completeExceptionally(failure);
                }
            });
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
            var _ = producer.send(
                    DeltaCodec.encode(new Heartbeat(generation, attempt, 0), partition), (metadata, failure) -> {
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
