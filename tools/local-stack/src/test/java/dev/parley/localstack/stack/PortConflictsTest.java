package dev.parley.localstack.stack;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.localstack.process.FreePorts;
import dev.parley.localstack.process.ProcessName;
import dev.parley.localstack.process.ProcessSpec;
import dev.parley.localstack.servers.PortName;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

final class PortConflictsTest {
    @Test
    void namesThePortTheProcessAndTheVariable() throws IOException {
        try (ServerSocket other = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            int port = other.getLocalPort();
            assertThat(PortConflicts.of(List.of(spec("redis", port, PortName.REDIS))))
                    .containsExactly("Port " + port + ", which redis-0 needs, is taken: stop what listens there, or set"
                            + " PARLEY_REDIS_PORT to another port.");
        }
    }

    @Test
    void noticesAServerThatListensOnEveryInterface() throws IOException {
        try (ServerSocket other = new ServerSocket(0)) {
            assertThat(PortConflicts.of(List.of(spec("redis", other.getLocalPort(), PortName.REDIS))))
                    .hasSize(1);
        }
    }

    @Test
    void noticesAPortThatIsPlannedTwice() {
        int port = FreePorts.pick(1).getFirst();
        assertThat(PortConflicts.of(List.of(spec("kafka", port, PortName.KAFKA), spec("redis", port, PortName.REDIS))))
                .containsExactly("Port " + port
                        + " is planned for both kafka-0 and redis-0: set PARLEY_REDIS_PORT to another port.");
    }

    @Test
    void acceptsFreePorts() {
        List<Integer> ports = FreePorts.pick(2);
        assertThat(PortConflicts.of(List.of(
                        spec("kafka", ports.get(0), PortName.KAFKA), spec("redis", ports.get(1), PortName.REDIS))))
                .isEmpty();
    }

    private static ProcessSpec spec(String name, int port, PortName portName) {
        return ProcessSpec.builder(new ProcessName(name, 0), List.of("true"), Path.of("none.log"))
                .port(port, portName.variable())
                .build();
    }
}
