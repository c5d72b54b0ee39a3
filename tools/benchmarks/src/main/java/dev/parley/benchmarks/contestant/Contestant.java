package dev.parley.benchmarks.contestant;

import dev.parley.benchmarks.load.Target;
import dev.parley.localstack.process.ManagedProcess;
import java.util.List;

/**
 * One way to Claude.
 *
 * @param parts the processes that serve it, without Claude
 */
public record Contestant(Rival rival, Target target, List<ManagedProcess> parts) {
    public Contestant {
        parts = List.copyOf(parts);
    }

    /** Of its processes, as they run now. */
    public List<Long> pids() {
        return parts.stream().map(part -> part.running().pid()).toList();
    }

    public String label() {
        return rival.label();
    }
}
