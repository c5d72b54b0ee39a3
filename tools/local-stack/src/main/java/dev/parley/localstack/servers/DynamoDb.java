package dev.parley.localstack.servers;

import dev.parley.localstack.process.ProcessName;
import dev.parley.localstack.process.ProcessSpec;
import dev.parley.localstack.process.Workspace;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** DynamoDB Local, with its tables in a file. */
public final class DynamoDb {
    public static final String PROGRAM = "dynamodb";
    public static final ProcessName NAME = new ProcessName(PROGRAM, 0);

    private static final String MAIN = "dev.parley.localstack.dynamodb.DynamoDbOnLoopback";

    private DynamoDb() {}

    public static ProcessSpec process(
            Checkout checkout, Workspace workspace, int port, Map<String, String> environment) {
        Path data = workspace.data(NAME);
        List<String> options =
                Jvm.options("-Xms64m", "-Xmx256m", Jvm.C1_ONLY, "-Djava.library.path=" + checkout.dynamoDbLibraries());
        List<String> command = Jvm.command(
                options, "-cp", checkout.dynamoDbClassPath(), MAIN, Integer.toString(port), data.toString());
        return ProcessSpec.builder(NAME, command, workspace.log(NAME))
                .preparation(() -> Files.createDirectories(data))
                .readiness(ReadinessProbes.of(NAME, port, port))
                .port(port, PortName.DYNAMODB.variable())
                .behindOthers(true)
                .environment(environment)
                .build();
    }

    public static URI endpoint(int port) {
        return URI.create("http://127.0.0.1:" + port);
    }
}
