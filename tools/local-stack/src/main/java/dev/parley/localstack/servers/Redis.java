package dev.parley.localstack.servers;

import dev.parley.localstack.process.ProcessName;
import dev.parley.localstack.process.ProcessSpec;
import dev.parley.localstack.process.Workspace;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** The installed {@code redis-server}, which keeps every write in an append-only file. */
public final class Redis {
    public static final ProcessName NAME = new ProcessName("redis", 0);

    private static final String PROGRAM = "redis-server";

    private Redis() {}

    /**
     * Its process.
     *
     * @param more arguments. The user {@code default} must be allowed {@code PING} on the port, for the readiness probe
     */
    public static ProcessSpec process(Workspace workspace, int port, List<String> more) {
        Path data = workspace.data(NAME);
        String settings = "--port " + port
                + " --bind 127.0.0.1 --appendonly yes --maxmemory 256mb --maxmemory-policy volatile-lru";
        List<String> command = new ArrayList<>(List.of(PROGRAM, "--dir", data.toString(), "--save", ""));
        command.addAll(List.of(settings.split(" ", -1)));
        command.addAll(more);
        return ProcessSpec.builder(NAME, command, workspace.log(NAME))
                .preparation(() -> {
                    if (!installed()) {
                        throw new IllegalStateException(
                                "redis-server is not installed: apt-get install redis-server (./parley does it as root)");
                    }
                    Files.createDirectories(data);
                })
                .readiness(ReadinessProbes.of(NAME, port, port))
                .port(port, PortName.REDIS.variable())
                .build();
    }

    /** Whether it is on the {@code PATH}, or where systems keep it. */
    public static boolean installed() {
        String path = System.getenv().getOrDefault("PATH", "") + ":/usr/bin:/usr/local/bin";
        return Stream.of(path.split(":", -1)).anyMatch(directory -> Files.isExecutable(Path.of(directory, PROGRAM)));
    }

    public static String url(int port) {
        return "redis://127.0.0.1:" + port;
    }
}
