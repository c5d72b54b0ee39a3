package dev.parley.cache.kafka;

import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.springframework.kafka.support.Acknowledgment;

/** A record as it came, the way to say that it and all before it are finished, and who brought it. */
public record Delivery(ConsumerRecord<String, byte[]> event, Acknowledgment acknowledgment, Consumer<?, ?> consumer) {
    TopicPartition partition() {
        return new TopicPartition(event.topic(), event.partition());
    }

    /** Where it is from; never what it holds, since this may end up in a log. */
    @Override
    public String toString() {
        return partition() + "@" + event.offset();
    }
}
