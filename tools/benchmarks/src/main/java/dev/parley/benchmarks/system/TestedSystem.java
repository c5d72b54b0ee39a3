package dev.parley.benchmarks.system;

import dev.parley.benchmarks.load.Endpoint;
import dev.parley.localstack.process.Part;
import java.util.List;

/**
 * A system under test, which answers by calling the simulated Claude.
 *
 * @param parts its processes, without Claude's
 */
public record TestedSystem(SystemName name, Endpoint endpoint, List<Part> parts) {
    public TestedSystem {
        parts = List.copyOf(parts);
    }

    public List<Long> pids() {
        return parts.stream().map(part -> part.running().pid()).toList();
    }

    public String label() {
        return name.label();
    }
}
