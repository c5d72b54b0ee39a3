package dev.parley.gateway.kafka;

import dev.parley.contracts.event.AnswerDelivered;
import dev.parley.contracts.event.DeliveryCodec;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.KafkaException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Publishes on {@code chat.deliveries}. An event that cannot be delivered is logged and lost: no client waits for it. */
public final class DeliveryPublisher implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(DeliveryPublisher.class);

    private final Producer<String, byte[]> producer;

    public DeliveryPublisher(Producer<String, byte[]> producer) {
        this.producer = producer;
    }

    /** May block for metadata. */
    public void publish(AnswerDelivered event) {
        try {
            var _ = producer.send(DeliveryCodec.encode(event), (_, failure) -> {
                if (failure != null) {
                    LOG.warn("The delivery of {} was not recorded: {}", event.generation(), failure.toString());
                }
            });
        } catch (KafkaException e) {
            LOG.warn("The delivery of {} was not recorded: {}", event.generation(), e.toString());
        }
    }

    @Override
    public void close() {
        producer.close();
    }
}
