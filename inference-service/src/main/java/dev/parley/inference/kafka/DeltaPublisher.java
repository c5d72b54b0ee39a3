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

    Sink to(int partition) {
        return new Sink(partition);
    }

    /** The sink of one generation, used by its thread. */
    final class Sink implements DeltaSink {
        private final int partition;
        private final CompletableFuture<Void> lost = new CompletableFuture<>();
        private CompletableFuture<Void> last = CompletableFuture.completedFuture(null);

        private Sink(int partition) {
            this.partition = partition;
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

        /** Waits until the last piece is on the log: at most for the producer's delivery timeout. */
        void awaitDelivery() throws InterruptedException {
            try {
                last.get();
            } catch (ExecutionException e) {
                throw new IllegalStateException("the last piece of the answer could not be delivered", e);
            }
        }
    }
}
