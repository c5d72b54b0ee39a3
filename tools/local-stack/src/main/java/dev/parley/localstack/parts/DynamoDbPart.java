package dev.parley.localstack.parts;

import dev.parley.localstack.process.PartName;
import dev.parley.localstack.process.PartPlan;
import dev.parley.localstack.process.Workspace;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** DynamoDB Local, with its tables in a file. */
public final class DynamoDbPart {
    public static final PartName NAME = new PartName("dynamodb", 0);

    private static final String MAIN = "dev.parley.localstack.dynamodb.DynamoDbOnLoopback";

    private DynamoDbPart() {}

    public static PartPlan plan(Checkout checkout, Workspace workspace, int port) {
        Path directory = workspace.data(NAME);
        Path libraries = checkout.dynamoDbLibraries();
        List<String> flags = new ArrayList<>(Jvm.COMMON);
        flags.add(Jvm.COMPILED_QUICKLY);
        flags.addAll(List.of("-Xms64m", "-Xmx256m", "-XX:+UseSerialGC"));
        flags.add("-Djava.library.path=" + libraries);
        return new PartPlan(
                NAME,
                Jvm.command(flags, libraries + "/*", MAIN, Integer.toString(port), directory.toString()),
                Map.of(),
                PartPlan.SECRETS,
                workspace.log(NAME),
                () -> Files.createDirectories(directory),
                PartReadiness.dynamoDb(port),
                Duration.ofSeconds(60),
                true);
    }

    public static URI endpoint(int port) {
        return URI.create("http://127.0.0.1:" + port);
    }
}
