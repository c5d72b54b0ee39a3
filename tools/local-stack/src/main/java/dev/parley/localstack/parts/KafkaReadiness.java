package dev.parley.localstack.parts;

import dev.parley.localstack.process.Readiness;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;

/** Whether a broker has joined its cluster: only then can topics be made. */
record KafkaReadiness(int port) implements Readiness {
    private static final int ANSWER_MILLIS_MAX = 2_000;

    @Override
    public boolean met() {
        return accepts() && hasJoined();
    }

    /** Spares the making of a client as long as nobody listens. */
    private boolean accepts() {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), ANSWER_MILLIS_MAX);
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    private boolean hasJoined() {
        Map<String, Object> settings = Map.of(
                "bootstrap.servers",
                KafkaPart.bootstrapServers(port),
                "client.id",
                "local-stack",
                "request.timeout.ms",
                ANSWER_MILLIS_MAX,
                "default.api.timeout.ms",
                ANSWER_MILLIS_MAX);
        try (Admin admin = Admin.create(settings)) {
            return !admin.describeCluster()
                    .nodes()
                    .get(ANSWER_MILLIS_MAX, TimeUnit.MILLISECONDS)
                    .isEmpty();
        } catch (ExecutionException | TimeoutException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
