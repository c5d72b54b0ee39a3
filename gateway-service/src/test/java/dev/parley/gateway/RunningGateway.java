package dev.parley.gateway;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.awaitility.Awaitility.await;

import dev.parley.contracts.Sha256;
import dev.parley.contracts.id.GenerationId;
import dev.parley.contracts.id.GenerationIds;
import dev.parley.gateway.kafka.DeltaTail;
import dev.parley.gateway.session.IssuedKeys;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.springframework.boot.SpringApplication;
import org.springframework.context.ConfigurableApplicationContext;

/** The service in this process on a free port, with an HTTP client. The tenants are {@code acme} and {@code other}. */
final class RunningGateway implements AutoCloseable {
    static final String ACME = "acme-key";
    static final String OTHER = "other-key";

    private static final String SECRET = "the secret of these tests, which all gateways have";

    /** Signs ids that the gateway accepts, unless it was started with another secret. */
    static final GenerationIds IDS = new GenerationIds(SECRET.getBytes(UTF_8));

    private static final String SECRET_SETTING = "--parley.gateway.generations.id-secret=";

    private static final Duration READY_WITHIN = Duration.ofSeconds(60);

    private final ConfigurableApplicationContext context;
    private final HttpClient client = HttpClient.newHttpClient();

    private RunningGateway(ConfigurableApplicationContext context) {
        this.context = context;
    }

    /** Starts the service and waits until it is ready. */
    static RunningGateway start(String bootstrapServers, String... more) throws Exception {
        List<String> arguments = new ArrayList<>(List.of(
                "--server.port=0",
                "--management.server.port=0",
                "--parley.gateway.kafka.bootstrap-servers=" + bootstrapServers,
                "--parley.gateway.session.keys[0].name=acme",
                "--parley.gateway.session.keys[0].tenant=acme",
                "--parley.gateway.session.keys[0].sha256=" + Sha256.of(ACME),
                "--parley.gateway.session.keys[1].name=other",
                "--parley.gateway.session.keys[1].tenant=other",
                "--parley.gateway.session.keys[1].sha256=" + Sha256.of(OTHER)));
        arguments.addAll(List.of(more));
        if (arguments.stream().noneMatch(argument -> argument.startsWith(SECRET_SETTING))) {
            arguments.add(SECRET_SETTING + SECRET);
        }
        var context = SpringApplication.run(GatewayApplication.class, arguments.toArray(String[]::new));
        await().atMost(READY_WITHIN)
                .until(() -> context.getBean(DeltaTail.class).address().isPresent()
                        && context.getBean(IssuedKeys.class).complete()
                        && context.getBean(SigningSecret.class).ids().isPresent());
        return new RunningGateway(context);
    }

    <T> T bean(Class<T> type) {
        return context.getBean(type);
    }

    /** All beans of a type. */
    <T> Collection<T> beans(Class<T> type) {
        return context.getBeansOfType(type).values();
    }

    HttpResponse<InputStream> management(String path) throws Exception {
        int port = context.getEnvironment().getRequiredProperty("local.management.port", Integer.class);
        return open(HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path)));
    }

    HttpClient client() {
        return client;
    }

    int port() {
        return context.getEnvironment().getRequiredProperty("local.server.port", Integer.class);
    }

    HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port() + path))
                .timeout(Duration.ofSeconds(30))
                .header("x-api-key", ACME);
    }

    HttpRequest.Builder events(GenerationId generation) {
        return request("/v1/generations/" + generation + "/events");
    }

    HttpResponse<String> text(HttpRequest.Builder request) throws Exception {
        return client.send(request.build(), BodyHandlers.ofString());
    }

    /** Sends a request, without waiting for its response. */
    CompletableFuture<HttpResponse<String>> begin(HttpRequest.Builder request) {
        return client.sendAsync(request.build(), BodyHandlers.ofString());
    }

    HttpResponse<InputStream> open(HttpRequest.Builder request) throws Exception {
        return client.send(request.build(), BodyHandlers.ofInputStream());
    }

    /** Stops the service, even while the client reads. */
    void stop() {
        context.close();
    }

    /** Does not wait for open requests, as a test that fails may leave them. */
    @Override
    public void close() {
        client.shutdownNow();
        context.close();
    }
}
