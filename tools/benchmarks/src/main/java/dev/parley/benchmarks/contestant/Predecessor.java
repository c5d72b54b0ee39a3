package dev.parley.benchmarks.contestant;

import dev.parley.benchmarks.load.Target;
import dev.parley.benchmarks.predecessor.EndpointAsItWas;
import dev.parley.localstack.LocalStack;
import dev.parley.localstack.process.FreePorts;
import dev.parley.localstack.process.ManagedProcess;
import dev.parley.localstack.process.Workspace;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** The endpoint as it was, and a DynamoDB that is as far away as it was. */
final class Predecessor {
    /** What a write took, less what one to DynamoDB Local takes. */
    private static final Duration WRITE = Duration.ofMillis(270);

    private Predecessor() {}

    static Contestant start(Workspace workspace, LocalStack stack) {
        int port = FreePorts.pick(1).getFirst();
        // Ends with this process.
        DelayLine dynamoDb = DelayLine.to(stack.dynamoDb().getPort(), WRITE);
        List<String> command = List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx128m",
                "-XX:+UseSerialGC",
                "-cp",
                System.getProperty("java.class.path"),
                EndpointAsItWas.class.getName(),
                Integer.toString(port),
                stack.simulator().toString(),
                dynamoDb.address().toString());
        ManagedProcess part = Programs.start(workspace, "endpoint-as-it-was", port, command, () -> {});
        Target target = new Target(URI.create("http://127.0.0.1:" + port), "/v1/messages", Map.of());
        return new Contestant(Rival.PREDECESSOR, target, List.of(part));
    }
}
