package dev.parley.localstack.servers;

import dev.parley.localstack.process.ProcessName;
import dev.parley.localstack.process.Readiness;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;

/** The readiness probe of each program. A probe takes at most a few seconds. */
public final class ReadinessProbes {
    private static final int TIMEOUT_MILLIS = 2_000;
    private static final int ANY_STATUS = 599;
    private static final int SUCCESS = 299;
    private static final String PONG = "+PONG";

    private ReadinessProbes() {}

    /** The probe of a process on these ports, whichever process has started it. */
    public static Readiness of(ProcessName name, int port, int managementPort) {
        return switch (name.name()) {
            case "kafka" -> () -> accepts(port) && hasJoinedItsCluster(port);
            case "redis" -> () -> answersPing(port);
            // It answers a request without a signature with 400.
            case "dynamodb", "claude-simulator" -> () -> answers("http://127.0.0.1:" + port, ANY_STATUS);
            case "pulse" -> () -> answers("http://127.0.0.1:" + port + "/healthz", SUCCESS);
            default -> () -> answers("http://127.0.0.1:" + managementPort + "/actuator/health/readiness", SUCCESS);
        };
    }

    private static boolean answers(String address, int statusMax) {
        try {
            var connection = (HttpURLConnection) URI.create(address).toURL().openConnection(Proxy.NO_PROXY);
            connection.setConnectTimeout(TIMEOUT_MILLIS);
            connection.setReadTimeout(TIMEOUT_MILLIS);
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
        try (Socket socket = connect(port)) {
            socket.getOutputStream().write("PING\r\n".getBytes(StandardCharsets.US_ASCII));
            byte[] answer = socket.getInputStream().readNBytes(PONG.length());
            return new String(answer, StandardCharsets.US_ASCII).equals(PONG);
        } catch (IOException e) {
            return false;
        }
    }

    /** Avoids the cost of a Kafka client while nothing listens. */
    private static boolean accepts(int port) {
        try (Socket socket = connect(port)) {
            return socket.isConnected();
        } catch (IOException e) {
            return false;
        }
    }

    /** Topics can only be created after that. */
    private static boolean hasJoinedItsCluster(int port) {
        try (Admin admin = Admin.create(Map.of(
                "bootstrap.servers",
                Kafka.bootstrapServers(port),
                "client.id",
                "local-stack",
                "request.timeout.ms",
                TIMEOUT_MILLIS,
                "default.api.timeout.ms",
                TIMEOUT_MILLIS))) {
            return !admin.describeCluster()
                    .nodes()
                    .get(TIMEOUT_MILLIS, TimeUnit.MILLISECONDS)
                    .isEmpty();
        } catch (ExecutionException | TimeoutException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private static Socket connect(int port) throws IOException {
        Socket socket = new Socket();
        try {
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), TIMEOUT_MILLIS);
            socket.setSoTimeout(TIMEOUT_MILLIS);
            return socket;
        } catch (IOException e) {
            socket.close();
            throw e;
        }
    }
}
