package dev.parley.cache.kafka;

import org.apache.kafka.clients.consumer.ConsumerRecord;

/** A raw record. */
public record Delivery(ConsumerRecord<String, byte[]> event) {
    /** Has its origin but not its content, because it may be logged. */
    @Override
    public String toString() {
        return event.topic() + "-" + event.partition() + "@" + event.offset();
    }
}
