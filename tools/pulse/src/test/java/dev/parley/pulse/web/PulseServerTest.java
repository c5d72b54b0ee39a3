package dev.parley.pulse.web;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PulseServerTest {
    /** SHA-256 of {@code operator}. */
    private static final String KEY_SHA256 = "06e55b633481f7bb072957eabcf110c972e86691c3cfedabe088024bffe42f23";

    private static final Pattern FILE = Pattern.compile("(?:src|href)=\"(/pulse/[^\"]+)\"");

    private final HttpClient client = HttpClient.newHttpClient();
    private PulseServer server;

    @BeforeEach
    void start() throws Exception {
        server = PulseServer.start(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                new AccessRule(KEY_SHA256),
                () -> "{}".getBytes(UTF_8));
    }

    @AfterEach
    void close() {
        server.close();
        client.close();
    }

    @Test
    void namesTheAddressThatItCannotListenOn() {
        InetSocketAddress taken = new InetSocketAddress(InetAddress.getLoopbackAddress(), server.port());
        InetSocketAddress unknown = InetSocketAddress.createUnresolved("no-such-host.invalid", 1);
        for (InetSocketAddress address : List.of(taken, unknown)) {
            assertThatThrownBy(() -> PulseServer.start(address, new AccessRule(KEY_SHA256), () -> new byte[0]))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("cannot listen on " + address);
        }
    }

    @Test
    void servesThePageAndAllItsFilesWithoutAKey() throws Exception {
        HttpResponse<String> page = get("/pulse");
        assertThat(page.statusCode()).isEqualTo(200);
        assertThat(page.headers().firstValue("content-type")).hasValue("text/html;charset=utf-8");
        assertThat(page.headers().firstValue("content-security-policy"))
                .hasValueSatisfying(
                        policy -> assertThat(policy).contains("default-src 'none'", "frame-ancestors 'none'"));
        assertThat(page.body())
                .doesNotContain("{{")
                .doesNotContain("style=")
                .doesNotContainPattern("<script[^>]*>[^<]");
        List<String> files = FILE.matcher(page.body())
                .results()
                .map(found -> found.group(1))
                .distinct()
                .toList();
        assertThat(files).contains("/pulse/board.js", "/pulse/pipeline.css");
        for (String file : files) {
            HttpResponse<String> response = get(file);
            assertThat(response.statusCode()).as(file).isEqualTo(200);
            assertThat(response.body()).isNotBlank();
        }
    }

    @Test
    void redirectsTheRootToThePage() throws Exception {
        assertThat(get("/").headers().firstValue("location")).hasValue("/pulse");
    }

    @Test
    void isHealthyWithoutAKey() throws Exception {
        assertThat(get("/healthz").statusCode()).isEqualTo(200);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"/pulse/", "/pulse/nothing.js", "/pulse/../logback.xml", "/pulse/%2e%2e/logback.xml", "/page"})
    void servesNoOtherFile(String path) throws Exception {
        assertThat(get(path).statusCode()).isEqualTo(404);
    }

    @Test
    void aSnapshotRequiresTheKey() throws Exception {
        HttpResponse<String> granted = get("/pulse/snapshot", "operator");
        assertThat(granted.statusCode()).isEqualTo(200);
        assertThat(granted.body()).isEqualTo("{}");
        assertThat(granted.headers().firstValue("cache-control")).hasValue("no-store");
        HttpResponse<String> refused = get("/pulse/snapshot");
        assertThat(refused.statusCode()).isEqualTo(401);
        assertThat(refused.body()).contains("\"message\":\"This takes the operators' key");
    }

    @Test
    void wrongKeysAreDelayedAndBounded() throws Exception {
        long start = System.nanoTime();
        List<CompletableFuture<HttpResponse<String>>> guesses = IntStream.range(0, 30)
                .mapToObj(_ -> client.sendAsync(request("/pulse/snapshot", "guess"), BodyHandlers.ofString()))
                .toList();
        List<Integer> statuses = guesses.stream()
                .map(guess -> guess.join().statusCode())
                .sorted()
                .toList();
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThan(Duration.ofMillis(900));
        assertThat(statuses).startsWith(401).contains(429).containsOnly(401, 429);
        assertThat(get("/pulse/snapshot", "operator").statusCode()).isEqualTo(200);
    }

    @ParameterizedTest
    @ValueSource(strings = {"POST", "PUT", "DELETE"})
    void rejectsOtherMethods(String method) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(address("/pulse/snapshot"))
                .header("x-api-key", "operator")
                .method(method, BodyPublishers.ofString("x"))
                .build();
        assertThat(client.send(request, BodyHandlers.ofString()).statusCode()).isEqualTo(405);
    }

    @Test
    void supportsHead() throws Exception {
        HttpRequest request = HttpRequest.newBuilder(address("/pulse")).HEAD().build();
        HttpResponse<String> response = client.send(request, BodyHandlers.ofString());
        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.body()).isEmpty();
    }

    private HttpResponse<String> get(String path) throws Exception {
        return client.send(HttpRequest.newBuilder(address(path)).build(), BodyHandlers.ofString());
    }

    private HttpResponse<String> get(String path, String key) throws Exception {
        return client.send(request(path, key), BodyHandlers.ofString());
    }

    private HttpRequest request(String path, String key) {
        return HttpRequest.newBuilder(address(path)).header("x-api-key", key).build();
    }

    private URI address(String path) {
        return URI.create("http://127.0.0.1:" + server.port() + path);
    }
}
