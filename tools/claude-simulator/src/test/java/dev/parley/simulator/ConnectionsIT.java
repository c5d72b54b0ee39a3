package dev.parley.simulator;

import static dev.parley.simulator.SimulatorClient.question;
import static dev.parley.simulator.SimulatorClient.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpClient.Version;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import reactor.core.publisher.Mono;
import reactor.netty.ByteBufFlux;
import reactor.netty.http.HttpProtocol;
import tools.jackson.databind.JsonNode;

/** HTTP/1.1 and HTTP/2 on one port, with the clients that are used with it. */
@Timeout(60)
class ConnectionsIT {
    private final Simulator simulator = SimulatorClient.simulator();

    @AfterEach
    void stop() {
        simulator.close();
    }

    @ParameterizedTest
    @EnumSource
    void twoHundredRequestsInARowShareOneConnection(Version version) throws IOException, InterruptedException {
        SimulatorClient client = new SimulatorClient(simulator.uri(), version);
        for (int i = 0; i < 200; i++) {
            HttpResponse<String> answer = client.ask("Question " + i + " [[sim: tokens=20]]", true);

            assertThat(answer.statusCode()).isEqualTo(200);
            assertThat(answer.version()).isEqualTo(version);
            assertThat(answer.body()).endsWith("event: message_stop\ndata: {\"type\":\"message_stop\"}\n\n");
        }

        assertThat(client.counters().path("calls").intValue()).isEqualTo(200);
        assertThat(client.counters().path("connections_opened").intValue()).isEqualTo(1);
        assertThat(client.counters().path("completed").intValue()).isEqualTo(200);
    }

    @Test
    void fiftyRequestsAtATimeShareAWarmHttp2Connection() throws IOException, InterruptedException {
        SimulatorClient client = new SimulatorClient(simulator.uri(), Version.HTTP_2);
        client.ask("Warm up", true);
        List<CompletableFuture<HttpResponse<String>>> answers = IntStream.range(0, 50)
                .mapToObj(i -> client.askLater("Question " + i + " [[sim: tokens=20 first_token_ms=2000]]"))
                .toList();
        answers.forEach(answer -> assertThat(text(answer.join().body())).hasSizeGreaterThan(20));

        JsonNode counters = client.counters();
        assertThat(counters.path("streams_open_peak").intValue()).isGreaterThan(25);
        assertThat(counters.path("connections_opened").intValue()).isEqualTo(1);
        assertThat(counters.path("completed").intValue()).isEqualTo(51);
    }

    @Test
    void http2WithPriorKnowledgeNeedsNoUpgrade() {
        String answer = reactor.netty.http.client.HttpClient.create()
                .protocol(HttpProtocol.H2C)
                .headers(headers -> headers.add("x-api-key", "k").add("anthropic-version", "2023-06-01"))
                .post()
                .uri(simulator.uri().resolve("/v1/messages"))
                .send(ByteBufFlux.fromString(Mono.just(question("Hello", false))))
                .responseSingle((response, body) ->
                        body.asString().map(text -> response.version() + " " + response.status() + " " + text))
                .blockOptional()
                .orElse("");

        assertThat(answer).startsWith("HTTP/2.0 200 OK {\"model\":\"claude-haiku-4-5-20251001\"");
    }

    @ParameterizedTest
    @EnumSource
    void aDisconnectIsCountedAsCancelled(Version version) throws IOException, InterruptedException {
        SimulatorClient client = new SimulatorClient(simulator.uri(), version);
        HttpResponse<InputStream> answer = client.send(
                client.messages(question("Hello [[sim: tokens=500 tokens_per_second=20]]", true)),
                BodyHandlers.ofInputStream());
        try (InputStream body = answer.body()) {
            assertThat(new String(body.readNBytes(20), StandardCharsets.UTF_8)).isEqualTo("event: message_start");
            assertThat(client.counters().path("streams_open").intValue()).isEqualTo(1);
        }

        await().untilAsserted(() -> {
            JsonNode counters = client.counters();
            assertThat(counters.path("cancelled").intValue()).isEqualTo(1);
            assertThat(counters.path("streams_open").intValue()).isZero();
            assertThat(counters.path("tokens_sent").intValue()).isLessThan(400);
        });
        assertThat(client.get("/simulator/requests").at("/requests/0/outcome").stringValue(""))
                .isEqualTo("cancelled");
    }

    @Test
    void requestsCanBeLookedUp() throws IOException, InterruptedException {
        SimulatorClient client = new SimulatorClient(simulator.uri(), Version.HTTP_2);
        client.send(
                client.messages(question("needle", true), request -> request.header("anthropic-beta", "a-1,b-2")),
                BodyHandlers.ofString());
        client.ask("hay", true);

        JsonNode requests = client.get("/simulator/requests?contains=needle").path("requests");
        assertThat(requests).hasSize(1);
        JsonNode request = requests.path(0);
        assertThat(request.at("/body/messages/0/content").stringValue("")).isEqualTo("needle");
        assertThat(request.at("/headers/anthropic-beta").stringValue("")).isEqualTo("a-1,b-2");
        assertThat(request.at("/headers/x-api-key").stringValue("")).isEqualTo("(hidden)");
        assertThat(request.path("protocol").stringValue("")).isEqualTo("HTTP/2");
        assertThat(request.path("outcome").stringValue("")).isEqualTo("completed");
    }
}
