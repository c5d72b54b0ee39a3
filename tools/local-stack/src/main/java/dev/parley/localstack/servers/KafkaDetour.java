package dev.parley.localstack.servers;

import dev.parley.localstack.process.ProcessName;
import java.util.Set;

/**
 * A second listener of the broker, behind a proxy of a test that can cut it. The broker advertises the proxy's port to
 * the clients of this listener.
 *
 * @param port the broker's listener
 * @param advertisedPort the proxy's listener
 * @param users the processes that connect to the proxy
 */
public record KafkaDetour(int port, int advertisedPort, Set<ProcessName> users) {
    public KafkaDetour {
        users = Set.copyOf(users);
    }
}
