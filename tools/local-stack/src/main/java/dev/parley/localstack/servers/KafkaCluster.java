package dev.parley.localstack.servers;

import static java.util.stream.Collectors.joining;

import java.util.List;
import java.util.stream.IntStream;
import org.apache.kafka.common.Uuid;

/**
 * The brokers of a cluster on this machine, each of which is a controller too. With three or more brokers, every record is on three,
 * and a write needs two.
 *
 * @param id of the cluster, with which the log directories are formatted
 * @param ports of broker 0 and those after it
 * @param controllerPorts of the same brokers
 */
public record KafkaCluster(String id, List<Integer> ports, List<Integer> controllerPorts) {
    private static final int REPLICAS = 3;

    /** A cluster of one broker. */
    public static KafkaCluster single(int port, int controllerPort) {
        return new KafkaCluster(Uuid.randomUuid().toString(), List.of(port), List.of(controllerPort));
    }

    public static KafkaCluster of(PortMap ports, int brokers) {
        return new KafkaCluster(
                Uuid.randomUuid().toString(),
                ports.replicas(PortName.KAFKA, brokers),
                ports.replicas(PortName.KAFKA_CONTROLLER, brokers));
    }

    public int brokers() {
        return ports.size();
    }

    /** The replicas of every record on this number of brokers. */
    public static short replicationFactor(int brokers) {
        return (short) Math.clamp(brokers, 1, REPLICAS);
    }

    /** The settings of a broker that depend on the others. */
    String settings(int broker) {
        String voters = IntStream.range(0, brokers())
                .mapToObj(each -> nodeId(each) + "@127.0.0.1:" + controllerPorts.get(each))
                .collect(joining(","));
        // No %d, which has the digits of the locale.
        String settings = """
                node.id=%s
                controller.quorum.voters=%s
                """.formatted(nodeId(broker), voters);
        if (brokers() < REPLICAS) {
            return settings;
        }
        return settings + """
                offsets.topic.replication.factor=3
                transaction.state.log.replication.factor=3
                transaction.state.log.min.isr=2
                share.coordinator.state.topic.replication.factor=3
                share.coordinator.state.topic.min.isr=2
                min.insync.replicas=2
                """;
    }

    private static int nodeId(int broker) {
        return broker + 1;
    }
}
