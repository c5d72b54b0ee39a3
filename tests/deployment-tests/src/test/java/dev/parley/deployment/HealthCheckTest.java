package dev.parley.deployment;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.deployment.source.Checkout;
import dev.parley.deployment.source.Tool;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The health check program in the images. */
final class HealthCheckTest {
    private static final Checkout CHECKOUT = Checkout.here();

    private final ServerSocket server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());

    HealthCheckTest() throws IOException {}

    @AfterEach
    void close() throws IOException {
        server.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"HTTP/1.1 200 ", "HTTP/1.1 200 OK", "HTTP/1.0 200 OK"})
    void succeedsWithAServiceThatIsReady(String status) throws Exception {
        CompletableFuture<List<String>> received = answerOnce(status + "\r\nContent-Length: 2\r\n\r\nup");
        Tool.Outcome outcome = check();
        assertThat(outcome.exit()).as(outcome.errors()).isZero();
        assertThat(received.get(10, TimeUnit.SECONDS))
                .contains("GET /actuator/health/readiness HTTP/1.1", "Connection: close")
                .contains("Host: 127.0.0.1:" + server.getLocalPort());
    }

    @ParameterizedTest
    @ValueSource(strings = {"HTTP/1.1 503 Service Unavailable", "HTTP/1.1 404 ", "HTTP/1.1 500 200 ", "hello"})
    void failsWithAnyOtherAnswer(String status) {
        var _ = answerOnce(status + "\r\nContent-Length: 4\r\n\r\ndown");
        assertThat(check().exit()).isEqualTo(1);
    }

    @Test
    void failsWithAConnectionThatIsClosed() {
        var _ = answerOnce("");
        assertThat(check().exit()).isEqualTo(1);
    }

    /** The operating system accepts the connection, but the service does not answer. */
    @Test
    void failsWithAServiceThatHangs() {
        Tool.Outcome outcome = check();
        assertThat(outcome.exit()).isEqualTo(1);
        assertThat(outcome.errors()).contains("no answer within");
    }

    @Test
    void failsWithoutAServer() throws IOException {
        server.close();
        assertThat(check().exit()).isEqualTo(1);
    }

    @Test
    void failsWithoutAnAddress() {
        assertThat(run("9080").exit()).isEqualTo(1);
    }

    private Tool.Outcome check() {
        return run("http://127.0.0.1:" + server.getLocalPort() + "/actuator/health/readiness");
    }

    private static Tool.Outcome run(String address) {
        return Tool.BASH.outcome(CHECKOUT.root(), "", "docker/health", address);
    }

    /** Answers one request, and returns its lines. */
    private CompletableFuture<List<String>> answerOnce(String answer) {
        return CompletableFuture.supplyAsync(() -> {
            try (Socket client = server.accept()) {
                var lines = new BufferedReader(new InputStreamReader(client.getInputStream(), US_ASCII));
                List<String> request = new ArrayList<>();
                String line = lines.readLine();
                while (line != null && !line.isEmpty()) {
                    request.add(line);
                    line = lines.readLine();
                }
                client.getOutputStream().write(answer.getBytes(US_ASCII));
                return request;
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
    }
}
