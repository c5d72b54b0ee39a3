package dev.parley.localstack.servers;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import org.junit.jupiter.api.Test;

class ReadinessProbesTest {
    @Test
    void aPortListensWhileAServerAcceptsConnectionsThere() throws IOException {
        int port;
        try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = server.getLocalPort();
            assertThat(ReadinessProbes.listens(port)).isTrue();
        }
        assertThat(ReadinessProbes.listens(port)).isFalse();
    }
}
