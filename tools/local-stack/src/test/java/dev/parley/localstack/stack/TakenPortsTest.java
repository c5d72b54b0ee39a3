package dev.parley.localstack.stack;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.localstack.parts.PortName;
import dev.parley.localstack.process.FreePorts;
import dev.parley.localstack.process.PartName;
import dev.parley.localstack.process.PartPlan;
import dev.parley.localstack.process.Preparation;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class TakenPortsTest {
    @Test
    void namesThePortThePartAndTheVariable() throws IOException {
        try (ServerSocket other = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            int port = other.getLocalPort();
            assertThat(TakenPorts.complaints(List.of(part("redis", port, PortName.REDIS))))
                    .containsExactly("Port " + port + ", which redis-0 needs, is taken: stop what listens there, or set"
                            + " PARLEY_REDIS_PORT to another port.");
        }
    }

    @Test
    void noticesWhoeverListensOnEveryInterface() throws IOException {
        try (ServerSocket other = new ServerSocket(0)) {
            assertThat(TakenPorts.complaints(List.of(part("redis", other.getLocalPort(), PortName.REDIS))))
                    .hasSize(1);
        }
    }

    @Test
    void noticesAPortThatIsPlannedTwice() {
        int port = FreePorts.pick(1).getFirst();
        assertThat(TakenPorts.complaints(
                        List.of(part("kafka", port, PortName.KAFKA), part("redis", port, PortName.REDIS))))
                .containsExactly("Port " + port
                        + " is planned for both kafka-0 and redis-0: set PARLEY_REDIS_PORT to another port.");
    }

    @Test
    void hasNothingAgainstFreePorts() {
        List<Integer> ports = FreePorts.pick(2);
        assertThat(TakenPorts.complaints(List.of(
                        part("kafka", ports.get(0), PortName.KAFKA), part("redis", ports.get(1), PortName.REDIS))))
                .isEmpty();
    }

    private static StackPart part(String name, int port, PortName portName) {
        PartPlan plan = new PartPlan(
                new PartName(name, 0),
                List.of("true"),
                Map.of(),
                Set.of(),
                Path.of("none.log"),
                Preparation.NONE,
                () -> true,
                Duration.ofSeconds(1),
                false);
        return new StackPart(plan, Set.of(), List.of(new StackPart.Port(port, portName)), OptionalInt.empty());
    }
}
