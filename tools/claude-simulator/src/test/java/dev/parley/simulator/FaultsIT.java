package dev.parley.simulator;

import static dev.parley.simulator.SimulatorClient.question;
import static dev.parley.simulator.SimulatorClient.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.http.HttpClient.Version;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Faults over HTTP/1.1 and HTTP/2. */
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
            CompletableFuture<HttpResponse<Void>> answer = client.sendLater(
                    client.messages(
                            question("[[sim: fault=" + fault + " after=3 text=\"One two three four five\"]]", true)),
                    BodyHandlers.ofByteArrayConsumer(received));

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
        HttpRequest asked = client.messages(question("[[sim: fault=split text=\"Zoë – naïve\"]]", true));
        client.send(asked, BodyHandlers.ofByteArrayConsumer(received));

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
    void aListOfFaultsAppliesInItsOrder(Version version) throws IOException, InterruptedException {
        SimulatorClient client = client(version);
        String asked = "Hello over " + version + " [[sim: fault=overloaded,none,unavailable]]";

        assertThat(List.of(
                        client.ask(asked, true).statusCode(),
                        client.ask(asked, true).statusCode(),
                        client.ask(asked, true).statusCode(),
                        client.ask(asked, true).statusCode()))
                .containsExactly(529, 200, 503, 200);
    }

    /** Records received bytes, and the size of each received buffer. */
    private static final class Received implements Consumer<Optional<byte[]>> {
        private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        private final List<Integer> sizes = new ArrayList<>();

        synchronized String text() {
            return bytes.toString(StandardCharsets.UTF_8);
        }

        synchronized List<Integer> sizes() {
            return List.copyOf(sizes);
        }

        @Override
        public synchronized void accept(Optional<byte[]> buffer) {
            if (buffer.isPresent() && buffer.get().length > 0) {
                sizes.add(buffer.get().length);
                bytes.writeBytes(buffer.get());
            }
        }
    }
}
