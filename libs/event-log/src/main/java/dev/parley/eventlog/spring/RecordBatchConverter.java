package dev.parley.eventlog.spring;

import java.lang.reflect.Type;
import java.util.List;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;
import org.springframework.kafka.support.Acknowledgment;
import org.springframework.kafka.support.converter.BatchMessageConverter;
import org.springframework.messaging.Message;
import org.springframework.messaging.support.GenericMessage;

/**
 * Passes a batch as {@link RecordBatch}. Spring's own converter maps headers, and drops records that it cannot convert.
 */
public final class RecordBatchConverter implements BatchMessageConverter {
    @Override
    public Message<?> toMessage(
            List<ConsumerRecord<?, ?>> records,
            @Nullable Acknowledgment acknowledgment,
            @Nullable Consumer<?, ?> consumer,
            Type payloadType) {
        return new GenericMessage<>(
                new RecordBatch(records.stream().map(RecordBatchConverter::raw).toList()));
    }

    /** The binder's deserializers leave bytes as they are. */
    @SuppressWarnings("unchecked")
    private static ConsumerRecord<byte[], byte[]> raw(ConsumerRecord<?, ?> consumed) {
        return (ConsumerRecord<byte[], byte[]>) consumed;
    }

    @Override
    public List<ProducerRecord<?, ?>> fromMessage(Message<?> message, String defaultTopic) {
        throw new UnsupportedOperationException("not used for publishing");
    }
}
