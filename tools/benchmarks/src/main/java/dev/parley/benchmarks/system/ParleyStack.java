package dev.parley.benchmarks.system;

import dev.parley.benchmarks.load.Endpoint;
import dev.parley.localstack.LocalStack;
import dev.parley.localstack.gateway.GatewayClient;
import dev.parley.localstack.process.ManagedProcess;
import dev.parley.localstack.stack.StackSettings;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import tools.jackson.databind.json.JsonMapper;

/** Parley as operators run it: requests carry an issued key, and answers are cached, stored and counted. */
public record ParleyStack(LocalStack local, String key) {
    public static final List<String> SERVICES =
            List.of("gateway-service", "cache-service", "inference-service", "persistence-worker");

    /** Admits more streams than any scenario opens, so that the limit of the machine is measured. */
    private static final Map<String, String> INFERENCE =
            Map.of("PARLEY_INFERENCE_GENERATION_GENERATIONSMAX", "4000", "_JAVA_OPTIONS", "-Xmx1g");

    /** The benchmark has one key, and one key may use half of a gateway's places. One tenant publishes all answers. */
    private static final Map<String, String> GATEWAY = Map.of(
            "PARLEY_GATEWAY_ANSWER_OPENMAX", "10000",
            "PARLEY_GATEWAY_WEB_BODIESMAX", "2000",
            "PARLEY_GATEWAY_PUBLISHED_CHANGESPERMINUTE", "100000");

    /** The broker and DynamoDB Local run long enough here for C2 to pay. local-stack gives them C1 only. */
    private static final Map<String, String> ALL_COMPILERS = Map.of("_JAVA_OPTIONS", "-XX:TieredStopAtLevel=4");

    private static final int EDGE_CONNECTIONS = 16;

    static ParleyStack start() {
        LocalStack stack = LocalStack.start(new StackSettings()
                .edge()
                .environment("inference-service", INFERENCE)
                .environment("gateway-service", GATEWAY)
                .environment("kafka", ALL_COMPILERS)
                .environment("dynamodb", ALL_COMPILERS));
        try {
            return new ParleyStack(
                    stack, issueKey(stack, Map.of("tenant", "bench", "name", "bench", "limits", Map.of())));
        } catch (RuntimeException e) {
            stack.close();
            throw e;
        }
    }

    private static String issueKey(LocalStack stack, Map<String, ?> key) {
        try (GatewayClient gateway = new GatewayClient(stack.gateway(0), LocalStack.ADMIN_KEY)) {
            return gateway.keys("POST", "", key).path("key").asString();
        }
    }

    /** The gateway with a new key of another tenant, in a mode for similar questions. */
    public Endpoint withKey(String tenant, String similar) {
        return messages(
                local.gateway(0), issueKey(local, Map.of("tenant", tenant, "name", "bench", "similar", similar)));
    }

    /** Its four services and the broker. */
    TestedSystem parley() {
        List<ManagedProcess> processes = Stream.concat(SERVICES.stream(), Stream.of("kafka"))
                .map(name -> local.process(name, 0))
                .toList();
        return new TestedSystem(SystemName.PARLEY, messages(local.gateway(0), key), processes);
    }

    /** The shared cache before the gateway, over as many connections as a proxy before it would have. */
    public Endpoint edge() {
        return new Endpoint(local.edge(), "/", Map.of(), EDGE_CONNECTIONS);
    }

    /** The simulated Claude that all systems call. */
    TestedSystem direct() {
        return new TestedSystem(SystemName.DIRECT, messages(local.simulator(), "simulated"), List.of());
    }

    private static Endpoint messages(URI address, String key) {
        return new Endpoint(address, "/v1/messages", Map.of("x-api-key", key, "anthropic-version", "2023-06-01"));
    }

    /** The tokens that the simulated Claude has sent since its start; answers from the cache do not add to them. */
    public long tokensSent() {
        try (InputStream counters =
                local.simulator().resolve("/simulator/counters").toURL().openStream()) {
            return JsonMapper.shared()
                    .readTree(counters)
                    .required("tokens_sent")
                    .asLong();
        } catch (IOException e) {
            throw new IllegalStateException("the counters of the simulated Claude cannot be read", e);
        }
    }
}
