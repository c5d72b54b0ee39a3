package dev.parley.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.localstack.LocalKafka;
import java.io.IOException;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Forged client addresses and hosts, at a gateway in local mode with the platform setting of Kubernetes. */
class ForgedHeadersIT {
    private static final String[] PATHS = {"/page/config.json", "/v1/models", "/nothing"};
    private static final int WRONG_KEYS_MAX = 5;

    private static final LocalKafka KAFKA = LocalKafka.shared();

    private static RunningGateway gateway;
    private static RunningGateway behindProxy;

    @BeforeAll
    static void start() throws Exception {
        gateway = gateway("");
        behindProxy = gateway("127.0.0.0/8,10.42.0.0/16");
    }

    private static RunningGateway gateway(String trustedProxies) throws Exception {
        return RunningGateway.start(
                KAFKA.bootstrapServers(),
                "--spring.main.cloud-platform=kubernetes",
                "--parley.gateway.session.local-key=local",
                "--parley.gateway.forwarding.trusted-proxies=" + trustedProxies,
                "--parley.gateway.wrong-keys.free-per-minute=" + WRONG_KEYS_MAX,
                "--parley.gateway.wrong-keys.delayed-per-minute=" + WRONG_KEYS_MAX);
    }

    @AfterAll
    static void stop() {
        behindProxy.close();
        gateway.close();
    }

    static Stream<String> hosts() {
        return Stream.of(
                "localhost:99999999",
                "localhost:65536",
                "localhost:-1",
                "localhost:99999999999",
                "localhost::",
                "localhost:80:80",
                "localhost:http",
                "[::1",
                "[::1]]",
                "[::1]:http",
                "[:::]",
                "[",
                "]",
                ":",
                ":80",
                "",
                "@",
                "a b",
                "loc\u00e4lhost",
                "%",
                "//localhost/",
                "x".repeat(4_000),
                "localhost" + ":8".repeat(1_000));
    }

    @ParameterizedTest
    @MethodSource("hosts")
    void anInvalidHostIsNeitherAFailureNorLocal(String host) throws Exception {
        for (String path : PATHS) {
            Response response = raw("GET " + path + " HTTP/1.1\r\nhost: " + host + "\r\nconnection: close\r\n\r\n");
            assertThat(response.status()).as(path).isBetween(200, 499);
            assertThat(response.text()).doesNotContain("local_key");
            if (response.status() >= 400) {
                assertThat(response.text())
                        .as(path)
                        .containsIgnoringCase("content-type: application/json")
                        .containsIgnoringCase("cache-control: private, no-store")
                        .containsIgnoringCase("\r\nrequest-id: req_")
                        .contains("_error\"", "\"message\":");
            }
        }
    }

    @Test
    void aLocalHostReceivesTheLocalKey() throws Exception {
        Response response = raw("GET /page/config.json HTTP/1.1\r\nhost: localhost:8080\r\nconnection: close\r\n\r\n");
        assertThat(response.text()).contains("local_key");
    }

    /** A page of another site whose name resolves to this machine (DNS rebinding) sends the public key of local mode. */
    @ParameterizedTest
    @ValueSource(strings = {"/v1/models", "/admin/keys", "/page/config.json"})
    void anotherHostIsRefusedInLocalMode(String path) throws Exception {
        Response response = raw("GET " + path + " HTTP/1.1\r\nhost: attacker.example:" + gateway.port()
                + "\r\nx-api-key: local\r\nconnection: close\r\n\r\n");
        assertThat(response.status()).isEqualTo(403);
        assertThat(response.text()).contains("permission_error");
    }

    /** As by a client of HTTP/1.0; a browser always sends a host. */
    @Test
    void aRequestWithoutAHostIsServedInLocalMode() throws Exception {
        assertThat(raw("GET /v1/models HTTP/1.0\r\nx-api-key: local\r\n\r\n").status())
                .isEqualTo(200);
    }

    @ParameterizedTest
    @ValueSource(strings = {"localhost:8080", "localhost:", "127.0.0.1:8070", "[::1]", "[::1]:", "[::1]:8070"})
    void aLocalHostIsServedInLocalMode(String host) throws Exception {
        Response response =
                raw("GET /v1/models HTTP/1.1\r\nhost: " + host + "\r\nx-api-key: local\r\nconnection: close\r\n\r\n");
        assertThat(response.status()).isEqualTo(200);
    }

    /** An untrusted proxy counts as a client. */
    @Test
    void wrongKeysAreCountedPerAddressOfTheConnection() throws Exception {
        int[] statuses = IntStream.rangeClosed(1, WRONG_KEYS_MAX + 1)
                .map(client -> wrongKey(gateway, "203.0.113." + client))
                .toArray();
        assertThat(statuses).endsWith(429);
    }

    @Test
    void behindATrustedProxyWrongKeysAreCountedPerClient() throws Exception {
        for (int client = 1; client <= WRONG_KEYS_MAX + 1; client++) {
            assertThat(wrongKey(behindProxy, "203.0.113." + client)).isEqualTo(401);
        }
        int[] statuses = IntStream.rangeClosed(1, WRONG_KEYS_MAX + 1)
                .map(forged -> wrongKey(behindProxy, "198.51.100." + forged + ", 192.0.2.1, 10.42.0.9"))
                .toArray();
        assertThat(statuses).containsOnlyOnce(429).endsWith(429);
    }

    /** A client behind a local proxy is not local. */
    @Test
    void aClientBehindATrustedProxyDoesNotReceiveTheLocalKey() throws Exception {
        var request = behindProxy.request("/page/config.json");
        assertThat(behindProxy.text(request.copy()).body()).contains("local_key");
        assertThat(behindProxy
                        .text(request.header("x-forwarded-for", "203.0.113.1"))
                        .body())
                .doesNotContain("local_key");
    }

    private static int wrongKey(RunningGateway of, String forwardedFor) {
        try {
            return of.text(of.request("/v1/models")
                            .setHeader("x-api-key", "wrong")
                            .header("x-forwarded-for", forwardedFor)
                            .header("forwarded", "for=" + forwardedFor))
                    .statusCode();
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    private record Response(int status, String text) {}

    private static Response raw(String request) throws IOException {
        try (RawClient client = new RawClient(gateway.port()).send(request)) {
            String response = client.rest();
            return new Response(Integer.parseInt(response.split(" ", 3)[1]), response);
        }
    }
}
