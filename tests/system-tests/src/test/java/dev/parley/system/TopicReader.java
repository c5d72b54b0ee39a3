package dev.parley.system;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;

/**
 * Reads topics from beginning to end, committed records only. Each record is read once, also if its topic is read
 * again. Thread-safe; the consumers end with the JVM.
 */
final class TopicReader {
    private final String bootstrapServers;
    private final Map<String, TopicLog> logs = new ConcurrentHashMap<>();

    TopicReader(String bootstrapServers) {
        this.bootstrapServers = bootstrapServers;
    }

    /** All records of the topic so far. */
    List<ConsumerRecord<String, byte[]>> all(String topic) {
        return logs.computeIfAbsent(topic, TopicLog::new).all();
    }

    /** The end offsets of a topic for this isolation level. */
    Map<TopicPartition, Long> ends(String topic, String isolationLevel) {
        try (var consumer = consumer(isolationLevel)) {
            return consumer.endOffsets(partitions(consumer, topic));
        }
    }

    private static List<TopicPartition> partitions(KafkaConsumer<String, byte[]> consumer, String topic) {
        return consumer.partitionsFor(topic).stream()
                .map(each -> new TopicPartition(topic, each.partition()))
                .toList();
    }

    private KafkaConsumer<String, byte[]> consumer(String isolationLevel) {
        Map<String, Object> config = Map.of(
                "bootstrap.servers", bootstrapServers, "isolation.level", isolationLevel, "enable.auto.commit", false);
        return new KafkaConsumer<>(config, new StringDeserializer(), new ByteArrayDeserializer());
    }

    /** The records of a topic read so far. */
    private final class TopicLog {
        private final KafkaConsumer<String, byte[]> consumer = consumer("read_committed");
        private final List<TopicPartition> partitions;
        private final List<ConsumerRecord<String, byte[]>> records = new ArrayList<>();

        TopicLog(String topic) {
            this.partitions = partitions(consumer, topic);
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
        }

        synchronized List<ConsumerRecord<String, byte[]>> all() {
            Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
            while (ends.entrySet().stream().anyMatch(end -> consumer.position(end.getKey()) < end.getValue())) {
                consumer.poll(Duration.ofMillis(200)).forEach(records::add);
            }
            return List.copyOf(records);
        }
    }
}
