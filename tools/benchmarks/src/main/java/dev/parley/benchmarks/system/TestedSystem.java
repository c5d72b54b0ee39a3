package dev.parley.benchmarks.system;

import dev.parley.benchmarks.load.Endpoint;
import dev.parley.localstack.process.ManagedProcess;
import java.util.List;

/**
 * A system under test, which answers by calling the simulated Claude.
 *
 * @param processes its processes, without Claude's
 */
public record TestedSystem(SystemName name, Endpoint endpoint, List<ManagedProcess> processes) {
    public List<Long> pids() {
        return processes.stream().map(process -> process.running().pid()).toList();
    }

    public String label() {
        return name.label();
    }
}
