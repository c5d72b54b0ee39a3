package dev.parley.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.parley.contracts.Sha256;
import dev.parley.contracts.id.TenantId;
import dev.parley.contracts.key.KeyCodec;
import dev.parley.contracts.key.KeyEvent;
import dev.parley.contracts.key.KeyIssued;
import dev.parley.contracts.topic.Topics;
import dev.parley.gateway.session.KeyIssuer;
import dev.parley.gateway.session.SampleSettings;
import dev.parley.localstack.LocalKafka;
import dev.parley.localstack.TopicLog;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Changes of one key by three gateways at the same moment, on one log. */
class ConcurrentKeyChangesIT {
    private static final String ADMIN = "the-admin-key";

    private static final List<RunningGateway> GATEWAYS = new ArrayList<>();

    @BeforeAll
    static void start() throws Exception {
        for (int i = 0; i < 3; i++) {
            GATEWAYS.add(RunningGateway.start(
                    LocalKafka.shared().bootstrapServers(),
                    "--parley.gateway.session.admin-key-sha256=" + Sha256.of(ADMIN),
                    "--parley.gateway.redis.url=redis://127.0.0.1:1"));
        }
    }

    @AfterAll
    static void stop() {
        GATEWAYS.forEach(RunningGateway::close);
    }

    @RepeatedTest(5)
    void losesNoneOfTheChangesOfThreeGateways() throws Exception {
        JsonNode key = json(GATEWAYS.getFirst()
                .text(admin(GATEWAYS.getFirst(), "POST", "/admin/keys", "{\"tenant\":\"acme\",\"name\":\"web\"}")));
        String path = "/admin/keys/" + key.path("id").stringValue();
        for (RunningGateway gateway : GATEWAYS) {
            await().atMost(Duration.ofSeconds(10))
                    .until(() -> gateway.text(admin(gateway, "GET", path, "")).statusCode() == 200);
        }

        CompletableFuture<HttpResponse<String>> renamed = begin(0, "PATCH", path, "{\"name\":\"phone\"}");
        CompletableFuture<HttpResponse<String>> limited = begin(1, "PATCH", path, "{\"limits\":{\"open_streams\":5}}");
        CompletableFuture<HttpResponse<String>> rotated = begin(2, "POST", path + "/rotate", "");
        assertThat(List.of(renamed.get(), limited.get(), rotated.get()))
                .extracting(HttpResponse::statusCode)
                .containsOnly(200);
        String secret = json(rotated.get()).path("key").stringValue();

        for (RunningGateway gateway : GATEWAYS) {
            await().atMost(Duration.ofSeconds(10)).untilAsserted(() -> {
                JsonNode shown = json(gateway.text(admin(gateway, "GET", path, "")));
                assertThat(shown.path("name").stringValue()).isEqualTo("phone");
                assertThat(shown.at("/limits/open_streams").asInt(0)).isEqualTo(5);
                assertThat(gateway.text(gateway.request("/v1/models").setHeader("x-api-key", secret))
                                .statusCode())
                        .isEqualTo(200);
            });
        }
    }

    /** The events are those of a gateway that died before it made its change again. */
    @Test
    void compactionKeepsTheStateOfAKeyAfterTheDeathOfAGateway() throws Exception {
        KeyIssuer issuer = new KeyIssuer(Clock.systemUTC());
        KeyIssued first =
                issuer.create(new TenantId("acme"), SampleSettings.named("web")).event();
        KeyIssued state = issuer.rotate(first, Duration.ZERO).event();
        KeyIssued late = issuer.rotate(first, Duration.ofHours(1)).event();
        try (var producer = LocalKafka.shared().producer()) {
            for (KeyEvent event : List.of(first, state, late)) {
                producer.send(KeyCodec.encode(event)).get();
            }
        }
        try (TopicLog log = new TopicLog(LocalKafka.shared().bootstrapServers(), Topics.KEYS)) {
            await().atMost(Duration.ofSeconds(60))
                    .untilAsserted(() -> assertThat(log.all())
                            .filteredOn(event -> first.key().value().equals(event.key()))
                            .last()
                            .extracting(event -> KeyCodec.decode(event.headers(), event.value()))
                            .isEqualTo(Optional.of(state.withVersion(Optional.of(3L)))));
        }
    }

    private static CompletableFuture<HttpResponse<String>> begin(int gateway, String method, String path, String body) {
        RunningGateway of = GATEWAYS.get(gateway);
        return of.begin(admin(of, method, path, body));
    }

    private static HttpRequest.Builder admin(RunningGateway gateway, String method, String path, String body) {
        return gateway.request(path)
                .setHeader("x-api-key", ADMIN)
                .header("content-type", "application/json")
                .method(method, BodyPublishers.ofString(body));
    }

    private static JsonNode json(HttpResponse<String> response) {
        return JsonMapper.shared().readTree(response.body());
    }
}
