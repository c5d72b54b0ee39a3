package dev.parley.gateway;

import static org.awaitility.Awaitility.await;

import dev.parley.contracts.event.Command;
import dev.parley.contracts.event.CommandCodec;
import dev.parley.contracts.id.GenerationId;
import dev.parley.contracts.topic.Topics;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;

/** Reads {@code chat.commands} from its beginning. Owned by the test's thread. */
final class CommandLog implements AutoCloseable {
    private static final Duration SOON = Duration.ofSeconds(15);

    private final KafkaConsumer<String, byte[]> consumer;
    private final List<Command> commands = new ArrayList<>();

    CommandLog(String bootstrapServers) {
        consumer = new KafkaConsumer<>(
                Map.of("bootstrap.servers", bootstrapServers), new StringDeserializer(), new ByteArrayDeserializer());
        List<TopicPartition> partitions = consumer.partitionsFor(Topics.COMMANDS.name()).stream()
                .map(partition -> new TopicPartition(partition.topic(), partition.partition()))
                .toList();
        consumer.assign(partitions);
        consumer.seekToBeginning(partitions);
    }

    /** The commands for a generation; waits until there are at least {@code count}. */
    List<Command> of(GenerationId generation, int count) {
        await().atMost(SOON).pollInSameThread().until(() -> {
            all();
            return matching(generation).size() >= count;
        });
        return matching(generation);
    }

    /** All commands read so far, after one more poll. */
    List<Command> all() {
        consumer.poll(Duration.ofMillis(50)).forEach(event -> commands.add(CommandCodec.decode(event.headers())));
        return commands;
    }

    private List<Command> matching(GenerationId generation) {
        return commands.stream()
                .filter(command -> command.generation().equals(generation))
                .toList();
    }

    @Override
    public void close() {
        consumer.close();
    }
}
