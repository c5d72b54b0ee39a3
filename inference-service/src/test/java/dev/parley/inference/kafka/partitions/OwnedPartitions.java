package dev.parley.inference.kafka.partitions;

import dev.parley.inference.kafka.ArrivalRate;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.Cluster;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;

/** Partitions of {@code chat.requests} that a replica owns, and producers in memory. */
public final class OwnedPartitions {
    private OwnedPartitions() {}

    /** An owned partition whose turns are recorded in memory. */
    public static OwnedPartition any() {
        return with(OwnedPartitions::producer);
    }

    /** An owned partition whose turns are recorded with these producers. */
    public static OwnedPartition with(Supplier<Producer<String, byte[]>> turnProducers) {
        return with(turnLog(turnProducers));
    }

    public static OwnedPartition with(TurnLog turns) {
        return new OwnedPartition(
                0,
                new OffsetWatermark(0),
                turns,
                new OwnershipCheck(Duration.ofSeconds(6), System::nanoTime, Clock.systemUTC()));
    }

    /** An open turn log. */
    public static TurnLog turnLog(Supplier<Producer<String, byte[]>> producers) {
        TurnLog log = new TurnLog(producers, new ArrivalRate(Duration.ofSeconds(1), 10, 10, System::nanoTime));
        log.open(() -> true);
        return log;
    }

    public static MockProducer<String, byte[]> producer() {
        return new MockProducer<>(true, null, new StringSerializer(), new ByteArraySerializer());
    }

    /** A producer that has the metadata of eight partitions of {@code chat.deltas}. */
    public static MockProducer<String, byte[]> deltaProducer(boolean autoComplete) {
        return new MockProducer<>(
                deltaPartitions(), autoComplete, null, new StringSerializer(), new ByteArraySerializer());
    }

    /** The metadata of eight partitions of {@code chat.deltas}. */
    public static Cluster deltaPartitions() {
        Node node = new Node(0, "127.0.0.1", 9);
        List<PartitionInfo> partitions = IntStream.range(0, 8)
                .mapToObj(partition ->
                        new PartitionInfo("chat.deltas", partition, node, new Node[] {node}, new Node[] {node}))
                .toList();
        return new Cluster("test", List.of(node), partitions, Set.of(), Set.of());
    }
}
