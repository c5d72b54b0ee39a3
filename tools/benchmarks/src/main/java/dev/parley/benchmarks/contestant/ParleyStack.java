package dev.parley.benchmarks.contestant;

import dev.parley.benchmarks.load.Target;
import dev.parley.localstack.LocalStack;
import dev.parley.localstack.gateway.GatewayClient;
import dev.parley.localstack.process.FreePorts;
import dev.parley.localstack.process.ManagedProcess;
import dev.parley.localstack.servers.PortMap;
import dev.parley.localstack.servers.PortName;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** Parley as operators run it: every request has a key that was issued, is kept, may be cached, and is counted. */
public final class ParleyStack implements AutoCloseable {
    public static final List<String> SERVICES =
            List.of("gateway-service", "cache-service", "inference-service", "persistence-worker");

    /** More than any scenario opens, and the heap for it: what the machine bears is to be seen, not what is admitted. */
    private static final Map<String, String> INFERENCE =
            Map.of("PARLEY_INFERENCE_GENERATION_GENERATIONSMAX", "4000", "_JAVA_OPTIONS", "-Xmx1g");

    /** The benchmark has one key, which may have half of the places of its gateway. */
    private static final Map<String, String> GATEWAY =
            Map.of("PARLEY_GATEWAY_ANSWER_OPENMAX", "10000", "PARLEY_GATEWAY_WEB_BODIESMAX", "2000");

    private final LocalStack stack;
    private final DelayLine dynamoDb;
    private final String key;

    private ParleyStack(LocalStack stack, DelayLine dynamoDb, String key) {
        this.stack = stack;
        this.dynamoDb = dynamoDb;
        this.key = key;
    }

    public static ParleyStack start(int inferenceReplicas) throws InterruptedException {
        PortMap ports = PortMap.block(FreePorts.pickBlock(PortMap.blockSize()));
        DelayLine dynamoDb = DelayLine.to(ports.of(PortName.DYNAMODB), Duration.ZERO);
        Map<String, String> detour =
                Map.of("PARLEY_DYNAMODB_ENDPOINT", dynamoDb.address().toString());
        LocalStack stack = LocalStack.builder()
                .ports(ports)
                .replicas("inference-service", inferenceReplicas)
                .environment("inference-service", INFERENCE)
                .environment("persistence-worker", detour)
                .environment("gateway-service", detour)
                .environment("gateway-service", GATEWAY)
                .start();
        try (GatewayClient gateway = new GatewayClient(stack.gateway(0), LocalStack.ADMIN_KEY)) {
            Map<String, Object> key = Map.of("tenant", "bench", "name", "bench", "limits", Map.of());
            return new ParleyStack(
                    stack, dynamoDb, gateway.keys("POST", "", key).path("key").asString());
        } catch (RuntimeException | InterruptedException e) {
            stack.close();
            dynamoDb.close();
            throw e;
        }
    }

    /** Makes every call to DynamoDB take this much longer. */
    public void slowDownDynamoDb(Duration delay) {
        dynamoDb.delay(delay);
    }

    /** Whether no process of it has died. */
    boolean alive() {
        return parley().parts().stream().allMatch(ManagedProcess::alive);
    }

    public LocalStack stack() {
        return stack;
    }

    /** Parley: its four services and the broker. */
    public Contestant parley() {
        Target target = new Target(
                stack.gateway(0), "/v1/messages", Map.of("x-api-key", key, "anthropic-version", "2023-06-01"));
        List<ManagedProcess> parts = Stream.concat(SERVICES.stream(), Stream.of("kafka"))
                .map(name -> stack.process(name, 0))
                .toList();
        return new Contestant(Rival.PARLEY, target, parts);
    }

    /** The simulated Claude that all contestants call. */
    public Contestant direct() {
        Target target = new Target(
                stack.simulator(), "/v1/messages", Map.of("x-api-key", "simulated", "anthropic-version", "2023-06-01"));
        return new Contestant(Rival.DIRECT, target, List.of());
    }

    @Override
    public void close() {
        stack.close();
        dynamoDb.close();
    }
}
