package dev.parley.gateway.kafka;

import dev.parley.contracts.id.GenerationId;
import java.time.Duration;
import java.util.Map;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.OffsetAndTimestamp;
import org.apache.kafka.common.TopicPartition;

/** Finds where the records of a generation begin, by the time in its id. */
final class GenerationStart {
    /** The largest difference between the clocks of gateways and of inference-service. */
    private static final Duration CLOCK_SKEW = Duration.ofSeconds(5);

    private GenerationStart() {}

    /**
     * The offset before which a partition has no record of the generation. Blocks.
     *
     * @param end the end of the partition, read before this search, so that a record that is written meanwhile is not missed
     */
    static long find(Consumer<String, byte[]> consumer, TopicPartition partition, GenerationId generation, long end) {
        long time = generation.madeAt().minus(CLOCK_SKEW).toEpochMilli();
        OffsetAndTimestamp found =
                consumer.offsetsForTimes(Map.of(partition, time)).get(partition);
        return found == null ? end : found.offset();
    }
}
