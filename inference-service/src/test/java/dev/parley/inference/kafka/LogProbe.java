package dev.parley.inference.kafka;

import static org.awaitility.Awaitility.await;

import dev.parley.contracts.delta.Delta;
import dev.parley.contracts.delta.DeltaCodec;
import dev.parley.contracts.event.CloudEvent;
import dev.parley.contracts.event.EventHeaders;
import dev.parley.contracts.event.Turn;
import dev.parley.contracts.event.TurnCodec;
import dev.parley.contracts.id.GenerationId;
import dev.parley.contracts.topic.Topic;
import dev.parley.contracts.topic.Topics;
import dev.parley.localstack.TopicLog;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.NewPartitions;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;

/**
 * A producer and reader for tests: writes to the topics as the other services and previous owners do, and reads committed
 * records.
 */
public final class LogProbe implements AutoCloseable {
    private static final Duration TIMEOUT = Duration.ofSeconds(90);

    /** The offset up to which a broker deletes all records. */
    private static final long ALL_RECORDS = -1;

    private final String bootstrapServers;
    private final Producer<String, byte[]> producer;
    private final Admin admin;

    public LogProbe(String bootstrapServers) {
        this.bootstrapServers = bootstrapServers;
        this.admin = Admin.create(Map.of("bootstrap.servers", bootstrapServers));
        this.producer = new KafkaProducer<>(
                Map.of("bootstrap.servers", bootstrapServers, "max.request.size", Topics.TURNS.recordBytesMax()),
                new StringSerializer(),
                new ByteArraySerializer());
    }

    /** Adds partitions to a topic. */
    public void grow(Topic topic, int partitions) throws Exception {
        admin.createPartitions(Map.of(topic.name(), NewPartitions.increaseTo(partitions)))
                .all()
                .get();
    }

    /** Deletes the records of a partition, as if they had expired. */
    public void expire(Topic topic, int partition) throws Exception {
        admin.deleteRecords(
                        Map.of(new TopicPartition(topic.name(), partition), RecordsToDelete.beforeOffset(ALL_RECORDS)))
                .all()
                .get();
    }

    /** Writes a record and waits for its acknowledgement. */
    public RecordMetadata write(ProducerRecord<String, byte[]> outgoing) throws Exception {
        return producer.send(outgoing).get();
    }

    /** Writes a delta with a timestamp in the past, as by an owner that has died since. */
    public void write(Delta delta, int partition, long timestamp) throws Exception {
        ProducerRecord<String, byte[]> encoded = DeltaCodec.encode(delta, partition);
        write(new ProducerRecord<>(
                encoded.topic(), partition, timestamp, encoded.key(), encoded.value(), encoded.headers()));
    }

    /** Waits until the group has committed the request, and readers of committed records see the turns until then. */
    public void awaitCommitted(RecordMetadata request) {
        TopicPartition partition = new TopicPartition(request.topic(), request.partition());
        await("the group commits " + partition + "@" + request.offset())
                .atMost(TIMEOUT)
                .pollDelay(Duration.ZERO)
                .until(() -> committed(partition) > request.offset());
        // A producer's commit is successful before the broker has written the markers.
        await("all turns are committed")
                .atMost(TIMEOUT)
                .pollDelay(Duration.ZERO)
                .until(() -> {
                    Map<TopicPartition, Long> written = turnEnds(IsolationLevel.READ_UNCOMMITTED);
                    return turnEnds(IsolationLevel.READ_COMMITTED).equals(written);
                });
    }

    private Map<TopicPartition, Long> turnEnds(IsolationLevel isolation)
            throws ExecutionException, InterruptedException {
        Map<TopicPartition, OffsetSpec> latest = IntStream.range(0, Topics.TURNS.partitions())
                .boxed()
                .collect(Collectors.toMap(
                        partition -> new TopicPartition(Topics.TURNS.name(), partition), _ -> OffsetSpec.latest()));
        return admin.listOffsets(latest, new ListOffsetsOptions(isolation)).all().get().entrySet().stream()
                .collect(Collectors.toMap(
                        Map.Entry::getKey, end -> end.getValue().offset()));
    }

    private long committed(TopicPartition partition) throws ExecutionException, InterruptedException {
        OffsetAndMetadata committed = admin.listConsumerGroupOffsets(RunningInference.GROUP)
                .partitionsToOffsetAndMetadata()
                .get()
                .get(partition);
        return committed == null ? 0 : committed.offset();
    }

    /** The turns of a generation so far. */
    public List<Turn> turns(GenerationId generation) {
        return turns(List.of(generation)).getOrDefault(generation, List.of());
    }

    /** The turns of some generations so far, read at once. */
    public Map<GenerationId, List<Turn>> turns(List<GenerationId> generations) {
        return all(Topics.TURNS).stream()
                .filter(turn -> generations.contains(generation(turn)))
                .collect(Collectors.groupingBy(
                        LogProbe::generation,
                        Collectors.mapping(
                                turn -> TurnCodec.decode(turn.headers(), turn.value()), Collectors.toList())));
    }

    private static GenerationId generation(ConsumerRecord<String, byte[]> turn) {
        return new GenerationId(new EventHeaders(turn.headers()).require(CloudEvent.GENERATION));
    }

    /** The deltas of a generation so far. */
    public List<Delta> deltas(GenerationId generation) {
        return all(Topics.DELTAS).stream()
                .filter(piece -> generation.value().equals(piece.key()))
                .map(DeltaCodec::decode)
                .toList();
    }

    public long end(Topic topic, int partition) {
        try (var consumer = new KafkaConsumer<>(
                Map.of("bootstrap.servers", bootstrapServers, "isolation.level", "read_committed"),
                new StringDeserializer(),
                new ByteArrayDeserializer())) {
            TopicPartition asked = new TopicPartition(topic.name(), partition);
            return consumer.endOffsets(List.of(asked)).getOrDefault(asked, 0L);
        }
    }

    /** All committed records of a topic. */
    public List<ConsumerRecord<String, byte[]>> all(Topic topic) {
        try (TopicLog log = new TopicLog(bootstrapServers, topic)) {
            return log.all();
        }
    }

    @Override
    public void close() {
        producer.close();
        admin.close();
    }
}
