package dev.parley.simulator;

import static dev.parley.simulator.SimulatorClient.events;
import static dev.parley.simulator.SimulatorClient.question;
import static dev.parley.simulator.SimulatorClient.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.http.HttpClient.Version;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpTimeoutException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Every fault over HTTP/1.1 and HTTP/2. */
@Timeout(30)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class FaultsIT {
    private final Simulator simulator = SimulatorClient.simulator();

    @BeforeAll
    void warmUp() throws IOException, InterruptedException {
        client(Version.HTTP_2).ask("Warm up", true);
    }

    @AfterAll
    void stop() {
        simulator.close();
    }

    private SimulatorClient client(Version version) {
        return new SimulatorClient(simulator.uri(), version);
    }

    @ParameterizedTest
    @CsvSource({
        "invalid_request, 400",
        "authentication, 401",
        "not_found, 404",
        "too_large, 413",
        "rate_limit, 429",
        "rate_limit_without_retry_after, 429",
        "spend_limit, 429",
        "api_error, 500",
        "unavailable, 503",
        "overloaded, 529",
        "bad_gateway, 502"
    })
    void refusals(String fault, int status) throws IOException, InterruptedException {
        for (Version version : Version.values()) {
            HttpResponse<String> answer = client(version).ask("Hello [[sim: fault=" + fault + "]]", true);

            assertThat(answer.statusCode()).isEqualTo(status);
            assertThat(answer.headers().firstValue("retry-after"))
                    .isEqualTo(fault.equals("rate_limit") ? Optional.of("1") : Optional.empty());
        }
    }

    static Stream<Arguments> interruptions() {
        return Stream.of(
                        "fault=reset",
                        "fault=reset_connection",
                        "fault=reset after=5",
                        "fault=reset_connection after=5",
                        "fault=close after=5")
                .flatMap(directive -> Stream.of(Version.values()).map(version -> Arguments.of(directive, version)));
    }

    @ParameterizedTest
    @MethodSource("interruptions")
    void brokenConnections(String directive, Version version) {
        SimulatorClient client = client(version);
        String asked = "Hello [[sim: " + directive + "]]";

        assertThatThrownBy(() -> client.ask(asked, true)).isInstanceOf(IOException.class);
        assertThatThrownBy(() -> client.ask(asked, false)).isInstanceOf(IOException.class);
    }

    @Test
    void aResetOfAStreamLeavesTheConnectionOpen() throws IOException, InterruptedException {
        SimulatorClient client = client(Version.HTTP_2);
        client.ask("Warm up", true);
        int before = client.counters().path("connections_opened").intValue();
        CompletableFuture<HttpResponse<String>> other =
                client.askLater("Other [[sim: first_token_ms=200 tokens=20 tokens_per_second=100]]");

        assertThatThrownBy(() -> client.ask("Hello [[sim: fault=reset after=3]]", true))
                .isInstanceOf(IOException.class);
        assertThat(other.join().body()).contains("message_stop");
        assertThat(client.counters().path("connections_opened").intValue()).isEqualTo(before);
    }

    @ParameterizedTest
    @EnumSource
    void bytesSentBeforeABreakArrive(Version version) {
        for (String fault : List.of("reset", "reset_connection", "close", "stall")) {
            Received received = new Received();
            SimulatorClient client = client(version);
            CompletableFuture<HttpResponse<String>> answer = client.sendLater(
                    client.messages(
                            question("[[sim: fault=" + fault + " after=3 text=\"One two three four five\"]]", true)),
                    _ -> received);

            // The last line may be incomplete, which is no JSON.
            await().ignoreExceptions()
                    .untilAsserted(() -> assertThat(text(received.text())).isEqualTo("One two three"));
            answer.cancel(true);
        }
    }

    @ParameterizedTest
    @EnumSource
    void aCutEndsCleanlyInTheMiddle(Version version) throws IOException, InterruptedException {
        String stream = client(version)
                .ask("[[sim: fault=cut after=3 text=\"One two three four five\"]]", true)
                .body();

        assertThat(text(stream)).isEqualTo("One two three");
        assertThat(stream).doesNotContain("content_block_stop").doesNotContain("message_stop");
    }

    @ParameterizedTest
    @EnumSource
    void noAnswerSendsNoHead(Version version) {
        SimulatorClient client = client(version);

        assertThatThrownBy(() -> client.send(
                        client.messages(
                                question("Hello [[sim: fault=no_answer]]", true),
                                request -> request.timeout(Duration.ofMillis(500))),
                        BodyHandlers.ofString()))
                .isInstanceOf(HttpTimeoutException.class);
        await().untilAsserted(() ->
                assertThat(client.counters().path("streams_open").intValue()).isZero());
    }

    @ParameterizedTest
    @EnumSource
    void splitSendsByteByByte(Version version) throws IOException, InterruptedException {
        Received received = new Received();
        SimulatorClient client = client(version);
        client.send(client.messages(question("[[sim: fault=split text=\"Zoë – naïve\"]]", true)), _ -> received);

        assertThat(text(received.text())).isEqualTo("Zoë – naïve");
        assertThat(received.text()).contains("message_stop");
        assertThat(received.sizes()).allMatch(size -> size == 1);
    }

    @ParameterizedTest
    @EnumSource
    void linesMayEndInCrlf(Version version) throws IOException, InterruptedException {
        String stream =
                client(version).ask("Hello [[sim: fault=crlf tokens=5]]", true).body();

        assertThat(stream.replace("\r\n", "")).doesNotContain("\n").doesNotContain("\r");
        assertThat(stream).endsWith("{\"type\":\"message_stop\"}\r\n\r\n");
    }

    @ParameterizedTest
    @EnumSource
    void anErrorMayComeInTheMiddle(Version version) throws IOException, InterruptedException {
        HttpResponse<String> answer = client(version).ask("Hello [[sim: fault=error after=2]]", true);

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(events(answer.body()).getLast().at("/error/type").stringValue(""))
                .isEqualTo("overloaded_error");
    }

    @Test
    void aListOfFaultsAppliesInItsOrder() throws IOException, InterruptedException {
        SimulatorClient client = client(Version.HTTP_2);
        String asked = "Hello [[sim: fault=overloaded,none,unavailable]]";

        assertThat(List.of(
                        client.ask(asked, true).statusCode(),
                        client.ask(asked, true).statusCode(),
                        client.ask(asked, true).statusCode(),
                        client.ask(asked, true).statusCode()))
                .containsExactly(529, 200, 503, 200);
    }

    @Test
    void aQueuedFaultIsForTheNextMatchingRequest() throws IOException, InterruptedException {
        SimulatorClient client = client(Version.HTTP_2);
        client.post(
                "/simulator/faults",
                "{\"next\":[{\"directives\":\"fault=cut after=2\",\"match\":\"queued\"},{\"directives\":\"fault=api_error\",\"match\":\"queued\"}]}");

        assertThat(client.ask("queued", true).body()).doesNotContain("message_stop");
        assertThat(client.ask("queued", true).statusCode()).isEqualTo(500);
        assertThat(client.ask("queued", true).body()).contains("message_stop");
    }

    /** Records received bytes, and the size of each received buffer. */
    private static final class Received implements HttpResponse.BodySubscriber<String> {
        private final HttpResponse.BodySubscriber<String> whole =
                HttpResponse.BodySubscribers.ofString(StandardCharsets.UTF_8);
        private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        private final List<Integer> sizes = new ArrayList<>();

        synchronized String text() {
            return bytes.toString(StandardCharsets.UTF_8);
        }

        synchronized List<Integer> sizes() {
            return List.copyOf(sizes);
        }

        @Override
        public CompletionStage<String> getBody() {
            return whole.getBody();
        }

        @Override
        public void onSubscribe(Flow.Subscription subscription) {
            whole.onSubscribe(subscription);
        }

        @Override
        public void onNext(List<ByteBuffer> buffers) {
            for (ByteBuffer buffer : buffers) {
                keep(buffer.duplicate());
            }
            whole.onNext(buffers);
        }

        private synchronized void keep(ByteBuffer buffer) {
            if (buffer.hasRemaining()) {
                sizes.add(buffer.remaining());
                byte[] part = new byte[buffer.remaining()];
                buffer.get(part);
                bytes.writeBytes(part);
            }
        }

        @Override
        public void onError(Throwable problem) {
            whole.onError(problem);
        }

        @Override
        public void onComplete() {
            whole.onComplete();
        }
    }
}
