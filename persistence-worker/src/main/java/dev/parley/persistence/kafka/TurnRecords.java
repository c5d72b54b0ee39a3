package dev.parley.persistence.kafka;

import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * The records of one poll, as they came: raw, so that one that cannot be read harms no other, and its dead letter is what
 * the topic had.
 */
public record TurnRecords(List<ConsumerRecord<byte[], byte[]>> records) {
    public TurnRecords {
        records = List.copyOf(records);
    }

    /** Says how many they are and no more: Spring puts this into exceptions, and those end in logs. */
    @Override
    public String toString() {
        return records.size() + " records";
    }
}
