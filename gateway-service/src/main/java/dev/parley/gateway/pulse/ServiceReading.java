package dev.parley.gateway.pulse;

import java.util.List;
import java.util.Optional;

/**
 * The replicas of a service at one moment.
 *
 * @param replicas empty if its name leads nowhere
 */
public record ServiceReading(String service, List<Replica> replicas) {
    public ServiceReading {
        replicas = List.copyOf(replicas);
    }

    /**
     * One process.
     *
     * @param samples what it shows; empty if it could not be reached
     */
    public record Replica(String address, Optional<Samples> samples) {}

    boolean isWhole() {
        return !replicas.isEmpty()
                && replicas.stream().allMatch(replica -> replica.samples().isPresent());
    }
}
