package dev.parley.localstack.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import dev.parley.localstack.servers.Checkout;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The command, with a gateway whose response is given. */
final class CacheTest {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();
    private HttpServer server;
    private String asked = "";

    @BeforeEach
    void start() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.start();
    }

    @AfterEach
    void stop() {
        server.stop(0);
    }

    @Test
    void evictsWithTheAdminKey() {
        serve(202, "{\"id\":\"gen_1\",\"type\":\"cache_eviction\"}");
        assertThat(run("evict", "gen_1")).isZero();
        assertThat(asked).isEqualTo("DELETE /v1/cache/gen_1 with the-admin-key");
        assertThat(out.toString(UTF_8)).contains("gen_1");
    }

    @Test
    void tellsThatTheGatewayHasNoAdminKey() {
        serve(404, "{\"error\":{\"type\":\"not_found_error\",\"message\":\"There is nothing at this address.\"}}");
        assertThat(run("evict", "gen_1")).isEqualTo(1);
        assertThat(err.toString(UTF_8)).contains("It has no admin key configured.");
    }

    private void serve(int status, String answer) {
        server.createContext("/", exchange -> {
            asked = exchange.getRequestMethod() + " " + exchange.getRequestURI() + " with "
                    + exchange.getRequestHeaders().getFirst("x-api-key");
            byte[] bytes = answer.getBytes(UTF_8);
            exchange.sendResponseHeaders(status, bytes.length);
            try (exchange) {
                exchange.getResponseBody().write(bytes);
            }
        });
    }

    private int run(String... arguments) {
        Map<String, String> environment = Map.of(
                "PARLEY_URL", "http://127.0.0.1:" + server.getAddress().getPort(), "PARLEY_ADMIN_KEY", "the-admin-key");
        CommandContext context = new CommandContext(
                Checkout.find(), environment, new PrintStream(out, true, UTF_8), new PrintStream(err, true, UTF_8));
        String[] command = new String[arguments.length + 1];
        command[0] = "cache";
        System.arraycopy(arguments, 0, command, 1, arguments.length);
        return Parley.commandLine(context).execute(command);
    }
}
