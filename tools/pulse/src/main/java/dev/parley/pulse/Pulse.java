package dev.parley.pulse;

import dev.parley.contracts.event.TurnCodec;
import dev.parley.pulse.web.AccessRule;
import dev.parley.pulse.web.PulseServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Clock;

/** The wiring of the process; tests run it within their own. */
record Pulse(PulseServer server, OpsMonitor monitor) implements AutoCloseable {
    /**
     * Starts the server. Nothing is read from Kafka or the services before the first request for a snapshot.
     *
     * @throws IOException if something else listens on the port
     */
    static Pulse start(PulseSettings settings, Clock clock) throws IOException {
        OpsMonitor monitor = new OpsMonitor(() -> new OpsReaders(settings, clock), settings.idleTimeout());
        PulseServer server = PulseServer.start(
                new InetSocketAddress(settings.address(), settings.port()),
                new AccessRule(settings.keySha256()),
                () -> TurnCodec.MAPPER.writeValueAsBytes(monitor.snapshot()));
        return new Pulse(server, monitor);
    }

    int port() {
        return server.port();
    }

    @Override
    public void close() {
        server.close();
        monitor.close();
    }
}
