package dev.parley.localstack.servers;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.parley.eventlog.KafkaConnection;
import dev.parley.localstack.process.ProcessName;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.Socket;
import java.net.URI;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.function.BooleanSupplier;
import org.apache.kafka.clients.admin.Admin;

/** The readiness probe of each program. A probe takes at most a few seconds. */
public final class ReadinessProbes {
    /** The first Kafka client of a process takes more than two seconds on a busy machine. */
    private static final Duration TIMEOUT = Duration.ofSeconds(5);

    private static final int ANY_STATUS = 599;
    private static final int SUCCESS = 299;
    private static final String PONG = "+PONG";

    private ReadinessProbes() {}

    /** The probe of a process on these ports, whichever process has started it. */
    public static BooleanSupplier of(ProcessName name, int port, int managementPort) {
        return switch (name.name()) {
            // A Kafka client is expensive while nothing listens.
            case "kafka" -> () -> listens(port) && hasJoinedItsCluster(port);
            case "redis" -> () -> answersPing(port);
            // It answers a request without a signature with 400.
            case "dynamodb", "claude-simulator" -> () -> answers("http://127.0.0.1:" + port, ANY_STATUS);
            // It answers this itself with 404, also while no gateway is ready.
            case "varnish" -> () -> answers("http://127.0.0.1:" + port + "/admin", ANY_STATUS);
            case "prometheus", "alertmanager" -> () -> answers("http://127.0.0.1:" + port + "/-/ready", SUCCESS);
            case "pulse" -> () -> answers("http://127.0.0.1:" + port + "/healthz", SUCCESS);
            default -> () -> answers("http://127.0.0.1:" + managementPort + "/actuator/health/readiness", SUCCESS);
        };
    }

    /** Whether a server of this machine accepts connections on this port. It does not try to listen there, as the server might. */
    public static boolean listens(int port) {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), (int) TIMEOUT.toMillis());
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    private static boolean answers(String address, int statusMax) {
        try {
            var connection = (HttpURLConnection) URI.create(address).toURL().openConnection(Proxy.NO_PROXY);
            connection.setConnectTimeout((int) TIMEOUT.toMillis());
            connection.setReadTimeout((int) TIMEOUT.toMillis());
            try {
                return connection.getResponseCode() <= statusMax;
            } finally {
                connection.disconnect();
            }
        } catch (IOException e) {
            return false;
        }
    }

    /** While Redis loads its data, it answers with an error. */
    private static boolean answersPing(int port) {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.setSoTimeout((int) TIMEOUT.toMillis());
            socket.getOutputStream().write("PING\r\n".getBytes(US_ASCII));
            return new String(socket.getInputStream().readNBytes(PONG.length()), US_ASCII).equals(PONG);
        } catch (IOException e) {
            return false;
        }
    }

    /** Topics can only be created after that. */
    private static boolean hasJoinedItsCluster(int port) {
        try (Admin admin = Kafka.admin(KafkaConnection.plain(Kafka.bootstrapServers(port)), TIMEOUT)) {
            return !admin.describeCluster().nodes().get().isEmpty();
        } catch (ExecutionException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
