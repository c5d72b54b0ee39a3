package dev.parley.system;

import dev.parley.localstack.LocalStack;
import dev.parley.localstack.parts.KafkaDetour;
import dev.parley.localstack.process.FreePorts;
import dev.parley.localstack.process.PartName;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Set;

/** A system with two replicas of every service, of which gateway 1 and inference 1 reach Kafka through a network that can be cut. */
final class FaultyStack {
    static final int REPLICAS = 2;
    private static final List<Integer> PORTS = FreePorts.pick(2);

    /** Of both; whoever cuts it mends it. */
    static final Link LINK = link();

    private static final LocalStack STACK = LocalStack.builder()
            .replicas("gateway-service", REPLICAS)
            .replicas("cache-service", REPLICAS)
            .replicas("inference-service", REPLICAS)
            .replicas("persistence-worker", REPLICAS)
            .kafkaDetour(new KafkaDetour(
                    PORTS.get(0),
                    PORTS.get(1),
                    Set.of(new PartName("gateway-service", 1), new PartName("inference-service", 1))))
            .start();

    private FaultyStack() {}

    static LocalStack get() {
        return STACK;
    }

    private static Link link() {
        try {
            return new Link(PORTS.get(1), PORTS.get(0));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
