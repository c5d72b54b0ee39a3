package dev.parley.localstack.stack;

import dev.parley.localstack.parts.PortName;
import dev.parley.localstack.process.PartName;
import dev.parley.localstack.process.PartPlan;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;

/**
 * One process of the system.
 *
 * @param needs names of what has to be ready before it starts: of parts, or {@value #TOPICS}
 * @param ports every port that it listens on, its own first
 * @param managementPort where operators look at it
 */
public record StackPart(PartPlan plan, Set<String> needs, List<Port> ports, OptionalInt managementPort) {
    /** Not a process: the topics, which are made as soon as Kafka is ready. */
    public static final String TOPICS = "topics";

    public StackPart {
        needs = Set.copyOf(needs);
        ports = List.copyOf(ports);
    }

    /** A port, and the name under which it can be moved. */
    public record Port(int number, PortName name) {}

    /** The same part, started another way. */
    StackPart with(PartPlan other) {
        return new StackPart(other, needs, ports, managementPort);
    }

    public PartName name() {
        return plan.name();
    }

    public int port() {
        return ports.getFirst().number();
    }
}
