package dev.parley.localstack.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
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
import picocli.CommandLine;
import tools.jackson.databind.json.JsonMapper;

/** The command, with a gateway whose response is given. */
final class KeysTest {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();
    private HttpServer server;
    private String asked = "";
    private String body = "";

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
    void createsAKeyAndPrintsOnlyItsSecret() {
        serve(201, "{\"id\":\"key_1\",\"key\":\"parley-secret\"}");
        assertThat(run(
                        "create",
                        "--tenant",
                        "acme",
                        "--name",
                        "web",
                        "--models",
                        "claude-haiku,claude-sonnet",
                        "--requests-per-minute",
                        "60",
                        "--usd-per-day",
                        "2.50",
                        "--scopes",
                        "publish",
                        "--expires-at",
                        "2027-06-30T00:00:00Z"))
                .isZero();
        assertThat(asked).isEqualTo("POST /admin/keys with the-admin-key");
        assertThat(JsonMapper.shared().readTree(body))
                .isEqualTo(JsonMapper.shared().readTree("""
                        {"tenant":"acme","name":"web","limits":{"models":["claude-haiku","claude-sonnet"],
                         "requests_per_minute":60,"usd_per_day":2.50},
                         "scopes":["publish"],"expires_at":"2027-06-30T00:00:00Z"}"""));
        assertThat(out.toString(UTF_8).strip()).isEqualTo("parley-secret");
        assertThat(err.toString(UTF_8)).contains("key_1");
    }

    @Test
    void createsAKeyWithoutLimits() {
        serve(201, "{\"id\":\"key_1\",\"key\":\"parley-secret\"}");
        assertThat(run("create", "--tenant", "acme", "--name", "web")).isZero();
        assertThat(body).contains("\"limits\":{}");
        assertThat(run("create", "--tenant", "acme", "--name", "web", "--usd-per-day", "none"))
                .isZero();
        assertThat(body).contains("\"limits\":{}");
        assertThat(run("create", "--tenant", "acme", "--name", "web", "--expires-at", "none"))
                .isZero();
        assertThat(body).doesNotContain("expires_at");
    }

    @Test
    void listsKeys() {
        serve(200, """
                {"keys":[{"id":"key_1","tenant":"acme","name":"web","limits":{"models":[]}},
                         {"id":"key_2","tenant":"acme","name":"old","revoked_at":"2026-11-24T12:00:00Z"},
                         {"id":"key_3","tenant":"acme","name":"a","limits":{},"expires_at":"9999-01-01T00:00:00Z"},
                         {"id":"key_4","tenant":"acme","name":"b","limits":{},"expires_at":"2001-01-01T00:00:00Z"}]}""");
        assertThat(run("list")).isZero();
        assertThat(out.toString(UTF_8).lines())
                .containsExactly(
                        "key_1  acme  web  {\"models\":[]}",
                        "key_2  acme  old  revoked 2026-11-24T12:00:00Z",
                        "key_3  acme  a  {}  expires 9999-01-01T00:00:00Z",
                        "key_4  acme  b  {}  expired 2001-01-01T00:00:00Z");
    }

    @Test
    void printsUsageAsCsv() {
        serve(200, """
                {"rows":[{"tenant":"acme","key":"key_1","key_name":"a, b","model":"m","requests":3,"cost_usd":0.00000003}]}""");
        assertThat(run("usage", "--tenant", "acme", "--from", "2026-11-01")).isZero();
        assertThat(asked).startsWith("GET /admin/usage?").endsWith(" with the-admin-key");
        assertThat(asked).contains("tenant=acme", "from=2026-11-01", "group_by=tenant%2Ckey%2Cmodel");
        assertThat(out.toString(UTF_8).lines())
                .containsExactly("tenant,key,key_name,model,requests,cost_usd", "acme,key_1,\"a, b\",m,3,0.00000003");
    }

    @Test
    void changesWhatIsGiven() {
        serve(200, "{\"id\":\"key_1\",\"tenant\":\"acme\",\"name\":\"web\",\"limits\":{\"usd_per_day\":5}}");
        assertThat(run("update", "key_1", "--models", "all", "--usd-per-day", "5", "--open-streams", "none"))
                .isZero();
        assertThat(asked).isEqualTo("PATCH /admin/keys/key_1 with the-admin-key");
        assertThat(JsonMapper.shared().readTree(body))
                .isEqualTo(JsonMapper.shared().readTree("""
                        {"limits":{"models":[],"open_streams":null,"usd_per_day":5}}"""));
        assertThat(out.toString(UTF_8).strip()).isEqualTo("key_1  acme  web  {\"usd_per_day\":5}");
        assertThat(run("update", "key_1", "--scopes", "none", "--expires-at", "none"))
                .isZero();
        assertThat(JsonMapper.shared().readTree(body))
                .isEqualTo(JsonMapper.shared().readTree("{\"scopes\":[],\"expires_at\":null}"));
    }

    @Test
    void sendsScopesAndMirrors() {
        serve(201, "{\"id\":\"key_1\",\"key\":\"parley-secret\"}");
        assertThat(run(
                        "create",
                        "--tenant=acme",
                        "--name=web",
                        "--scopes=publish",
                        "--mirror=claude-haiku-5-5",
                        "--mirror-share=0.05",
                        "--mirror-usd-per-day=2.50"))
                .isZero();
        assertThat(JsonMapper.shared().readTree(body))
                .isEqualTo(JsonMapper.shared().readTree("""
                        {"tenant":"acme","name":"web","limits":{},"scopes":["publish"],
                         "mirror":{"model":"claude-haiku-5-5","share":0.05,"usd_per_day":2.50}}"""));
    }

    @Test
    void changesOrEndsAMirror() {
        serve(200, "{\"id\":\"key_1\",\"tenant\":\"acme\",\"name\":\"web\",\"limits\":{}}");
        assertThat(run("update", "key_1", "--mirror-share", "0.2")).isZero();
        assertThat(body).isEqualTo("{\"mirror\":{\"share\":0.2}}");
        assertThat(run("update", "key_1", "--mirror", "none", "--scopes", "none"))
                .isZero();
        assertThat(body).isEqualTo("{\"scopes\":[],\"mirror\":null}");
    }

    @Test
    void changesNothingWithoutOptions() {
        serve(200, "{}");
        assertThat(run("update", "key_1")).isEqualTo(CommandLine.ExitCode.USAGE);
        assertThat(run("update", "key_1", "--usd-per-day", "much")).isEqualTo(CommandLine.ExitCode.USAGE);
        assertThat(asked).isEmpty();
    }

    @Test
    void rotatesWithAnOverlap() {
        serve(200, "{\"id\":\"key_1\",\"key\":\"parley-new\"}");
        assertThat(run("rotate", "key_1", "--overlap", "PT1H")).isZero();
        assertThat(asked).isEqualTo("POST /admin/keys/key_1/rotate?overlap=PT1H with the-admin-key");
        assertThat(out.toString(UTF_8).strip()).isEqualTo("parley-new");
    }

    @Test
    void revokes() {
        serve(200, "{\"id\":\"key_1\",\"revoked_at\":\"2026-11-24T12:00:00Z\"}");
        assertThat(run("revoke", "key_1")).isZero();
        assertThat(asked).isEqualTo("DELETE /admin/keys/key_1 with the-admin-key");
    }

    @Test
    void reportsWhyTheGatewayRefuses() {
        serve(
                401,
                "{\"error\":{\"type\":\"authentication_error\",\"message\":\"This takes the admin key in x-api-key.\"}}");
        assertThat(run("list")).isEqualTo(1);
        assertThat(err.toString(UTF_8))
                .contains("status 401: authentication_error: This takes the admin key in x-api-key.");
    }

    private void serve(int status, String answer) {
        server.createContext("/", exchange -> {
            asked = exchange.getRequestMethod() + " " + exchange.getRequestURI() + " with "
                    + exchange.getRequestHeaders().getFirst("x-api-key");
            body = new String(exchange.getRequestBody().readAllBytes(), UTF_8);
            respond(exchange, status, answer);
        });
    }

    private static void respond(HttpExchange exchange, int status, String answer) throws IOException {
        byte[] bytes = answer.getBytes(UTF_8);
        exchange.sendResponseHeaders(status, bytes.length);
        try (exchange) {
            exchange.getResponseBody().write(bytes);
        }
    }

    private int run(String... arguments) {
        Map<String, String> environment = Map.of(
                "PARLEY_URL", "http://127.0.0.1:" + server.getAddress().getPort(), "PARLEY_ADMIN_KEY", "the-admin-key");
        CommandContext context = new CommandContext(
                Checkout.find(), environment, new PrintStream(out, true, UTF_8), new PrintStream(err, true, UTF_8));
        return new CommandLine(new Keys(context))
                .setExecutionExceptionHandler((failure, commandLine, parsed) -> {
                    context.complain(String.valueOf(failure.getMessage()));
                    return CommandLine.ExitCode.SOFTWARE;
                })
                .execute(arguments);
    }
}
