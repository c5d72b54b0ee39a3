package dev.parley.gateway;

import static dev.parley.contracts.topic.Topics.TURNS;

import dev.parley.contracts.event.ConversationDeleted;
import dev.parley.contracts.event.ConversationRenamed;
import dev.parley.contracts.event.Turn;
import dev.parley.contracts.event.TurnCodec;
import dev.parley.conversations.ConversationActivity;
import dev.parley.conversations.ConversationChanges;
import dev.parley.conversations.ConversationTable;
import dev.parley.conversations.DynamoDbMeters;
import dev.parley.conversations.DynamoDbSettings;
import dev.parley.conversations.EncodedTurn;
import dev.parley.localstack.LocalDynamoDb;
import dev.parley.localstack.LocalKafka;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;

/** Takes the place of persistence-worker; the test decides when the table is updated and offsets are committed. */
final class ScriptedPersistence implements AutoCloseable {
    private static final Duration RETENTION = Duration.ofDays(30);

    private final String table;
    private final DynamoDbClient dynamoDb;
    private final KafkaProducer<String, byte[]> producer;
    private final String bootstrapServers;

    ScriptedPersistence(LocalDynamoDb server, String table, LocalKafka kafka) {
        this.table = table;
        this.bootstrapServers = kafka.bootstrapServers();
        this.dynamoDb = new DynamoDbSettings(
                        server.endpoint().toString(),
                        "eu-central-1",
                        Duration.ofSeconds(2),
                        Duration.ofSeconds(5),
                        Duration.ofSeconds(10),
                        3,
                        5)
                .open(new DynamoDbMeters(new SimpleMeterRegistry()));
        new ConversationTable(dynamoDb, table, ConversationTable.Protection.NONE).provision();
        this.producer = kafka.producer();
    }

    /** Publishes an event to {@code chat.turns}. */
    void publish(ProducerRecord<String, byte[]> event) throws Exception {
        producer.send(event).get();
    }

    /** Publishes a turn to {@code chat.turns}. */
    void publish(Turn turn) throws Exception {
        publish(TurnCodec.encode(turn));
    }

    void store(Turn turn) {
        storeHead(turn);
        dynamoDb.updateItem(ConversationActivity.of(turn.facts()).advance(table, RETENTION));
    }

    /** The first of the two writes of a turn. */
    void storeHead(Turn turn) {
        EncodedTurn encoded = EncodedTurn.of(turn, TurnCodec.MAPPER.writeValueAsBytes(turn));
        Instant expires = turn.facts().endedAt().plus(RETENTION);
        dynamoDb.putItem(put -> put.tableName(table).item(encoded.head(Instant.now(), expires)));
    }

    void store(ConversationRenamed event) {
        dynamoDb.updateItem(ConversationChanges.rename(event, table, RETENTION));
    }

    void store(ConversationDeleted event) {
        dynamoDb.updateItem(ConversationChanges.tombstone(event, table, RETENTION));
        dynamoDb.queryPaginator(
                        ConversationChanges.turns(event.tenant(), event.conversation(), event.deletedAt(), table))
                .items()
                .forEach(key ->
                        dynamoDb.deleteItem(delete -> delete.tableName(table).key(key)));
    }

    /** Commits the present end offsets of {@code chat.turns}. */
    void commit() {
        Map<String, Object> config = Map.of(
                "bootstrap.servers", bootstrapServers, "group.id", "persistence-worker", "enable.auto.commit", false);
        try (var consumer = new KafkaConsumer<>(config, new StringDeserializer(), new ByteArrayDeserializer())) {
            var partitions = consumer.partitionsFor(TURNS.name()).stream()
                    .map(partition -> new TopicPartition(partition.topic(), partition.partition()))
                    .toList();
            Map<TopicPartition, OffsetAndMetadata> offsets = new HashMap<>();
            consumer.endOffsets(partitions)
                    .forEach((partition, end) -> offsets.put(partition, new OffsetAndMetadata(end)));
            consumer.commitSync(offsets);
        }
    }

    @Override
    public void close() {
        producer.close();
        dynamoDb.close();
    }
}
