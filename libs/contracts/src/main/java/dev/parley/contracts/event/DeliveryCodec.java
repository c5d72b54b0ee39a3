package dev.parley.contracts.event;

import dev.parley.contracts.topic.Topics;
import org.apache.kafka.clients.producer.ProducerRecord;

/** The codec of {@code chat.deliveries}: JSON as of turn events. */
public final class DeliveryCodec {
    public static final String ANSWER_DELIVERED = "dev.parley.AnswerDelivered.v1";

    private DeliveryCodec() {}

    public static ProducerRecord<String, byte[]> encode(AnswerDelivered event) {
        String generation = event.generation().value();
        return CloudEvent.begin(
                        ANSWER_DELIVERED, generation + "/" + event.endedAt(), "gateway-service", event.endedAt())
                .put(CloudEvent.GENERATION, generation)
                .put(CloudEvent.TENANT, event.tenant().value())
                .put(CloudEvent.TRACEPARENT, event.traceparent())
                .record(Topics.DELIVERIES, generation, TurnCodec.MAPPER.writeValueAsBytes(event));
    }
}
