package dev.parley.localstack.stack;

import dev.parley.localstack.parts.PartReadiness;
import dev.parley.localstack.process.OsProcess;
import dev.parley.localstack.process.PartName;
import java.util.OptionalInt;

/**
 * A process that {@code up} has started, as {@code .parley/stack.json} keeps it. Whether it still runs has to be asked.
 *
 * @param started tells it from a later process with the same pid
 */
public record RunningPart(
        String name, int replica, long pid, String started, int port, OptionalInt managementPort, String log) {
    public static RunningPart of(StackPart part, OsProcess process) {
        return new RunningPart(
                part.name().name(),
                part.name().replica(),
                process.pid(),
                process.started(),
                part.port(),
                part.managementPort(),
                part.plan().log().toString());
    }

    public PartName partName() {
        return new PartName(name, replica);
    }

    public OsProcess process() {
        return new OsProcess(pid, started);
    }

    public boolean alive() {
        return process().alive();
    }

    /** Asks it; takes up to a few seconds if it does not answer. */
    public boolean ready() {
        return alive()
                && PartReadiness.of(partName(), port, managementPort.orElse(port))
                        .met();
    }
}
