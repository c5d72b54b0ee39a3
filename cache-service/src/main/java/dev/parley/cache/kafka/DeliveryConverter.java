package dev.parley.cache.kafka;

import static java.util.Objects.requireNonNull;

import java.lang.reflect.Type;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;
import org.springframework.kafka.support.Acknowledgment;
import org.springframework.kafka.support.converter.RecordMessageConverter;
import org.springframework.messaging.Message;
import org.springframework.messaging.support.GenericMessage;

/** Hands records to Spring Cloud Stream whole: our headers are bytes that only our codecs understand. */
public final class DeliveryConverter implements RecordMessageConverter {
    private static final Acknowledgment BY_THE_CONTAINER = () -> {};

    @Override
    @SuppressWarnings("unchecked") // The bindings use these deserialisers: see ConsumerClients.
    public Message<?> toMessage(
            ConsumerRecord<?, ?> event,
            @Nullable Object acknowledgment,
            @Nullable Object consumer,
            @Nullable Type payloadType) {
        return new GenericMessage<>(new Delivery(
                (ConsumerRecord<String, byte[]>) event,
                acknowledgment instanceof Acknowledgment ours ? ours : BY_THE_CONTAINER,
                (Consumer<?, ?>) requireNonNull(consumer, "consumer")));
    }

    @Override
    public ProducerRecord<?, ?> fromMessage(Message<?> message, @Nullable String defaultTopic) {
        throw new UnsupportedOperationException("nothing is sent through bindings");
    }
}
