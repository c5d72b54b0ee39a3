package dev.parley.cache.kafka;

import java.lang.reflect.Type;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;
import org.springframework.kafka.support.converter.RecordMessageConverter;
import org.springframework.messaging.Message;
import org.springframework.messaging.support.GenericMessage;

/** Passes raw records to Spring Cloud Stream, because their headers are decoded by {@code contracts}. */
public final class DeliveryConverter implements RecordMessageConverter {
    @Override
    @SuppressWarnings("unchecked") // The binding uses these deserialisers: see TurnConsumers.
    public Message<?> toMessage(
            ConsumerRecord<?, ?> event,
            @Nullable Object acknowledgment,
            @Nullable Object consumer,
            @Nullable Type payloadType) {
        return new GenericMessage<>(new Delivery((ConsumerRecord<String, byte[]>) event));
    }

    @Override
    public ProducerRecord<?, ?> fromMessage(Message<?> message, @Nullable String defaultTopic) {
        throw new UnsupportedOperationException("nothing is sent through bindings");
    }
}
