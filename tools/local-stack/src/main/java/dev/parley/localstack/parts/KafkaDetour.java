package dev.parley.localstack.parts;

import dev.parley.localstack.process.PartName;
import java.util.Set;

/**
 * A second way to the broker for some parts, which a test can cut: they connect to an address that the test listens at,
 * and that the broker names as its own to who comes that way.
 *
 * @param port where the broker listens
 * @param advertisedPort where the test listens
 * @param users who goes this way
 */
public record KafkaDetour(int port, int advertisedPort, Set<PartName> users) {
    public KafkaDetour {
        users = Set.copyOf(users);
    }
}
