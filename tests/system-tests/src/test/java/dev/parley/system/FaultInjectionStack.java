package dev.parley.system;

import dev.parley.localstack.LocalStack;
import dev.parley.localstack.process.FreePorts;
import dev.parley.localstack.servers.DynamoDb;
import dev.parley.localstack.servers.KafkaListener;
import dev.parley.localstack.servers.PortMap;
import dev.parley.localstack.servers.PortName;
import dev.parley.localstack.servers.Redis;
import dev.parley.localstack.stack.StackSettings;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;

/**
 * A system with two replicas of every service. Gateway 1 and inference-service 1 connect to Kafka through a proxy that
 * can be cut, all services to Redis through a proxy that can delay replies, and to DynamoDB through a server that can
 * throttle. Tests undo each fault that they inject.
 */
final class FaultInjectionStack {
    static final int REPLICAS = 2;
    private static final PortMap PORTS = PortMap.free();

    /** The broker's second listener, and the ports of the proxies of Kafka, Redis and DynamoDB. */
    private static final List<Integer> EXTRA_PORTS = FreePorts.pick(4);

    private static final KafkaListener DETOUR =
            new KafkaListener("DETOUR", "PLAINTEXT", EXTRA_PORTS.get(0), EXTRA_PORTS.get(1), "");

    static final TcpProxy KAFKA = proxy(EXTRA_PORTS.get(1), EXTRA_PORTS.get(0));
    static final TcpProxy REDIS = proxy(EXTRA_PORTS.get(2), PORTS.of(PortName.REDIS));
    static final ThrottlingDynamoDb DYNAMODB = throttling(EXTRA_PORTS.get(3));

    private static final LocalStack STACK = LocalStack.start(new StackSettings(PORTS)
            .replicas("gateway-service", REPLICAS)
            .replicas("cache-service", REPLICAS)
            .replicas("inference-service", REPLICAS)
            .replicas("persistence-worker", REPLICAS)
            .kafkaListener(DETOUR)
            .environment("gateway-service-1", Map.of("PARLEY_KAFKA_BOOTSTRAP_SERVERS", DETOUR.bootstrapServers()))
            .environment("inference-service-1", Map.of("PARLEY_KAFKA_BOOTSTRAP_SERVERS", DETOUR.bootstrapServers()))
            .environment("gateway-service", detours())
            .environment("cache-service", detours())
            .environment("persistence-worker", detours()));

    private FaultInjectionStack() {}

    static LocalStack get() {
        return STACK;
    }

    private static Map<String, String> detours() {
        return Map.of(
                "PARLEY_REDIS_URL",
                Redis.url(EXTRA_PORTS.get(2)),
                "PARLEY_DYNAMODB_ENDPOINT",
                DynamoDb.endpoint(EXTRA_PORTS.get(3)).toString());
    }

    private static TcpProxy proxy(int port, int target) {
        try {
            return new TcpProxy(port, target);
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
