package dev.parley.pulse;

import dev.parley.contracts.event.TurnCodec;
import dev.parley.pulse.web.AccessRule;
import dev.parley.pulse.web.PulseServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Clock;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The operators' page: its process, and the wiring, which tests run within their own. */
record Pulse(PulseServer server, OpsMonitor monitor) implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Pulse.class);

    /** Reading stops after this time without a request for a snapshot. */
    private static final Duration IDLE_TIMEOUT = Duration.ofSeconds(15);

    public static void main(String[] arguments) {
        try {
            PulseSettings settings = PulseSettings.from(System.getenv());
            Pulse pulse = start(settings, Clock.systemUTC());
            Runtime.getRuntime().addShutdownHook(new Thread(pulse::close, "shutdown"));
            LOG.info("The page is at http://{}:{}/pulse", settings.address(), pulse.port());
        } catch (IllegalArgumentException | IOException e) {
            System.err.println("pulse: " + e.getMessage());
            System.exit(1);
        }
    }

    /**
     * Starts the server. Nothing is read from Kafka or the services before the first request for a snapshot.
     *
     * @throws IOException if something else listens on the port
     */
    static Pulse start(PulseSettings settings, Clock clock) throws IOException {
        OpsMonitor monitor = new OpsMonitor(() -> new OpsReaders(settings, clock), IDLE_TIMEOUT);
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
