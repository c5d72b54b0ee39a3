package dev.parley.localstack.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.parley.contracts.topic.Topics;
import dev.parley.eventlog.KafkaConnection;
import dev.parley.localstack.FakeCheckout;
import dev.parley.localstack.LocalKafka;
import dev.parley.localstack.servers.Kafka;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import picocli.CommandLine.ExitCode;

/** A table whose group has consumers, such as the one in use after an earlier rebuild. */
final class RebuildIT {
    private static final String KAFKA = LocalKafka.shared().bootstrapServers();

    private final ByteArrayOutputStream output = new ByteArrayOutputStream();

    @Test
    @Timeout(60)
    void doesNotWriteATableThatAnotherProcessWrites() {
        String table = "conversations-" + UUID.randomUUID();
        String group = "persistence-worker-" + table;
        assertThat(hasMembers(group)).isFalse();
        try (var consumer = new KafkaConsumer<>(
                Map.of("bootstrap.servers", KAFKA, "group.id", group),
                new StringDeserializer(),
                new StringDeserializer())) {
            consumer.subscribe(List.of(Topics.TURNS.name()));
            await().atMost(Duration.ofSeconds(40)).until(() -> {
                consumer.poll(Duration.ofMillis(100));
                return !consumer.assignment().isEmpty();
            });
            consumer.commitSync(Map.of(new TopicPartition(Topics.TURNS.name(), 0), new OffsetAndMetadata(0)));
            assertThat(rebuild(table)).as(output.toString(UTF_8)).isEqualTo(ExitCode.USAGE);
            assertThat(output.toString(UTF_8)).contains("the group " + group + " has members");
        }
        assertThat(hasMembers(group)).isFalse();
    }

    private static boolean hasMembers(String group) {
        return Kafka.hasMembers(KafkaConnection.plain(KAFKA), group, Duration.ofSeconds(10));
    }

    private int rebuild(String table) {
        PrintStream stream = new PrintStream(output, true, UTF_8);
        return Parley.commandLine(new CommandContext(
                        FakeCheckout.make(), Map.of("PARLEY_KAFKA_BOOTSTRAP_SERVERS", KAFKA), stream, stream))
                .execute("rebuild", "dynamodb", "--table", table);
    }
}
