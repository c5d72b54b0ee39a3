package dev.parley.localstack.parts;

import dev.parley.localstack.process.PartName;
import dev.parley.localstack.process.PartPlan;
import dev.parley.localstack.process.Workspace;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** The distribution's {@code redis-server}, which keeps every write in an append-only file. */
public final class RedisPart {
    public static final PartName NAME = new PartName("redis", 0);

    private static final String PROGRAM = "redis-server";
    private static final String MEMORY_MAX = "256mb";

    private RedisPart() {}

    public static PartPlan plan(Workspace workspace, int port) {
        Path directory = workspace.data(NAME);
        return new PartPlan(
                NAME,
                command(port, directory),
                Map.of(),
                PartPlan.SECRETS,
                workspace.log(NAME),
                () -> {
                    if (!installed()) {
                        throw new IllegalStateException(
                                "redis-server is not installed: apt-get install redis-server (./parley does it as root)");
                    }
                    Files.createDirectories(directory);
                },
                PartReadiness.redis(port),
                Duration.ofSeconds(30),
                false);
    }

    public static boolean installed() {
        return Checkout.installed(PROGRAM);
    }

    public static String url(int port) {
        return "redis://127.0.0.1:" + port;
    }

    private static List<String> command(int port, Path directory) {
        return List.of(
                PROGRAM,
                "--port",
                Integer.toString(port),
                "--bind",
                "127.0.0.1",
                "--dir",
                directory.toString(),
                "--save",
                "",
                "--appendonly",
                "yes",
                "--maxmemory",
                MEMORY_MAX,
                "--maxmemory-policy",
                "volatile-lru");
    }
}
