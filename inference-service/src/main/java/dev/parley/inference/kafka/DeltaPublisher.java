package dev.parley.inference.kafka;

import dev.parley.contracts.delta.Delta;
import dev.parley.contracts.delta.DeltaCodec;
import dev.parley.inference.generation.DeltaSink;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.producer.Producer;
import org.jspecify.annotations.Nullable;

/** Sends pieces of answers to {@code chat.deltas}. */
public final class DeltaPublisher {
    private final Producer<String, byte[]> producer;

    public DeltaPublisher(Producer<String, byte[]> producer) {
        this.producer = producer;
    }

    /** The sink of one generation. A piece that could not be delivered fails the next: no reader may see a gap. */
    DeltaSink to(int partition) {
        return new DeltaSink() {
            private final AtomicReference<@Nullable Exception> lost = new AtomicReference<>();

            @Override
            public void publish(Delta delta) {
                Exception failure = lost.get();
                if (failure != null) {
                    throw new IllegalStateException("a piece of the answer could not be delivered", failure);
                }
                var _ = producer.send(DeltaCodec.encode(delta, partition), (metadata, exception) -> {
                    if (exception != null) {
                        lost.set(exception);
                    }
                });
            }
        };
    }
}
