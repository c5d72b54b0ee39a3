package dev.parley.eventlog.spring;

import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * The raw records of one poll, so that a malformed record does not affect others, and its dead letter is the same as the record.
 */
public record RecordBatch(List<ConsumerRecord<byte[], byte[]>> records) {
    public RecordBatch {
        records = List.copyOf(records);
    }

    /** Has only their number, because Spring puts it into exceptions, which are logged. */
    @Override
    public String toString() {
        return records.size() + " records";
    }
}
