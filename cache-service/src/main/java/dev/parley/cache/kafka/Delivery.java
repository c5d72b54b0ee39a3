package dev.parley.cache.kafka;

import org.apache.kafka.clients.consumer.ConsumerRecord;

/** A record as it came. */
public record Delivery(ConsumerRecord<String, byte[]> event) {
    /** Where it is from; never what it holds, since this may end up in a log. */
    @Override
    public String toString() {
        return event.topic() + "-" + event.partition() + "@" + event.offset();
    }
}
