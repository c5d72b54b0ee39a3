package dev.parley.system;

import dev.parley.localstack.LocalStack;
import dev.parley.localstack.process.FreePorts;
import dev.parley.localstack.process.ProcessName;
import dev.parley.localstack.servers.DynamoDb;
import dev.parley.localstack.servers.KafkaDetour;
import dev.parley.localstack.servers.PortMap;
import dev.parley.localstack.servers.PortName;
import dev.parley.localstack.servers.Redis;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A system with two replicas of every service. Gateway 1 and inference 1 reach Kafka through a network that can be cut,
 * all services Redis through one that can be slow, and DynamoDB through a server that can throttle. Whoever disturbs one
 * of them mends it.
 */
final class FaultyStack {
    static final int REPLICAS = 2;
    private static final PortMap PORTS = PortMap.free();

    /** The broker's port for the detour, and in front of it, of Redis and of DynamoDB, ours. */
    private static final List<Integer> MORE = FreePorts.pick(4);

    static final Link KAFKA = link(MORE.get(1), MORE.get(0));
    static final Link REDIS = link(MORE.get(2), PORTS.of(PortName.REDIS));
    static final ThrottlingDynamoDb DYNAMODB = throttling(MORE.get(3));

    private static final LocalStack STACK = LocalStack.builder()
            .ports(PORTS)
            .replicas("gateway-service", REPLICAS)
            .replicas("cache-service", REPLICAS)
            .replicas("inference-service", REPLICAS)
            .replicas("persistence-worker", REPLICAS)
            .kafkaDetour(new KafkaDetour(
                    MORE.get(0),
                    MORE.get(1),
                    Set.of(new ProcessName("gateway-service", 1), new ProcessName("inference-service", 1))))
            .environment("gateway-service", detours())
            .environment("cache-service", detours())
            .environment("persistence-worker", detours())
            .start();

    private FaultyStack() {}

    static LocalStack get() {
        return STACK;
    }

    private static Map<String, String> detours() {
        return Map.of(
                "PARLEY_REDIS_URL",
                Redis.url(MORE.get(2)),
                "PARLEY_DYNAMODB_ENDPOINT",
                DynamoDb.endpoint(MORE.get(3)).toString());
    }

    private static Link link(int port, int target) {
        try {
            return new Link(port, target);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static ThrottlingDynamoDb throttling(int port) {
        try {
            return new ThrottlingDynamoDb(port, DynamoDb.endpoint(PORTS.of(PortName.DYNAMODB)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
