package dev.parley.system;

import dev.parley.contracts.event.CloudEvent;
import dev.parley.contracts.event.EventHeaders;
import dev.parley.localstack.TopicLog;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.kafka.clients.consumer.ConsumerRecord;

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
        return logs.computeIfAbsent(topic, name -> new TopicLog(bootstrapServers, name))
                .all();
    }

    /** The records of the topic so far with this value of a header. */
    List<ConsumerRecord<String, byte[]>> with(String topic, String header, String value) {
        return all(topic).stream()
                .filter(event -> new EventHeaders(event.headers()).find(header).equals(Optional.of(value)))
                .toList();
    }

    /** Waits for the first record of a generation. */
    ConsumerRecord<String, byte[]> await(String topic, String generation) throws Exception {
        return Eventually.value(() -> with(topic, CloudEvent.GENERATION, generation), found -> !found.isEmpty())
                .getFirst();
    }
}
