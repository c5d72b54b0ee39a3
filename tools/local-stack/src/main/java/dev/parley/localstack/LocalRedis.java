package dev.parley.localstack;

import dev.parley.localstack.process.FreePorts;
import dev.parley.localstack.process.Workspace;
import dev.parley.localstack.servers.Redis;
import java.util.List;

/** A Redis server. */
public final class LocalRedis extends LocalServer {
    private final int port;

    private LocalRedis(Workspace workspace, int port) {
        super(workspace, Redis.process(workspace, port, List.of()));
        this.port = port;
    }

    /** Starts an empty server and waits until it answers. */
    public static LocalRedis start() {
        return new LocalRedis(Workspace.fresh("redis"), FreePorts.pick(1).getFirst());
    }

    public int port() {
        return port;
    }

    /** {@code redis://127.0.0.1:PORT}. */
    public String url() {
        return Redis.url(port);
    }
}
