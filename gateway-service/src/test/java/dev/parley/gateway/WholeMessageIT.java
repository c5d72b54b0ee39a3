package dev.parley.gateway;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.parley.gateway.answer.OpenAnswers;
import dev.parley.localstack.LocalKafka;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.http.HttpRequest.BodyPublishers;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.producer.Producer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A client that has asked for the whole message of an answer. */
class WholeMessageIT {
    private static final int TEXTS = 24;
    private static final int TEXT_BYTES = 500_000;

    private static final String REQUEST = """
            {"model":"m","max_tokens":1,"messages":[{"role":"user","content":"hi"}]}""";

    @Test
    void aSlowReaderHoldsItsPlaceUntilItIsDisconnectedAtTheEndOfTheTimeOfAnAnswer() throws Exception {
        LocalKafka kafka = LocalKafka.shared();
        try (RunningGateway gateway =
                        RunningGateway.start(kafka.bootstrapServers(), "--parley.gateway.answer.lifetime-max=15s");
                RequestLog requests = new RequestLog(kafka.bootstrapServers());
                Producer<String, byte[]> producer = kafka.producer();
                Socket client = new Socket()) {
            client.setReceiveBufferSize(4096);
            client.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), gateway.port()));
            client.getOutputStream()
                    .write(("POST /v1/messages HTTP/1.1\r\nhost: x\r\nx-parley-conversation: slow\r\nx-api-key: "
                                    + RunningGateway.ACME + "\r\ncontent-length: " + REQUEST.length() + "\r\n\r\n"
                                    + REQUEST)
                            .getBytes(UTF_8));
            answer(new AnswerLog(producer, requests.of("slow").generation()));
            OpenAnswers answers = gateway.bean(OpenAnswers.class);
            await().until(() -> client.getInputStream().available() > 0);
            await().during(Duration.ofSeconds(1)).until(() -> answers.size() == 1);
            await().atMost(Duration.ofSeconds(30)).until(() -> answers.size() == 0);
            assertThat(received(client)).isBetween(1L, (long) TEXTS * TEXT_BYTES);
            assertThat(outcome(gateway)).isEqualTo("cut");
        }
    }

    /** Its connection is closed with the last byte, so that nothing can be written after it. */
    @Test
    void aClientThatWantsItsConnectionClosedHasACompleteAnswer() throws Exception {
        try (RunningGateway gateway = RunningGateway.start(LocalKafka.shared().bootstrapServers())) {
            assertThat(response(gateway, "brief", "{\"type\":\"message_stop\"}"))
                    .startsWith("HTTP/1.1 200")
                    .endsWith("}");
            assertThat(outcome(gateway)).isEqualTo("completed");
        }
    }

    @Test
    void anEventThatIsNoJsonFailsTheAnswer() throws Exception {
        try (RunningGateway gateway = RunningGateway.start(LocalKafka.shared().bootstrapServers())) {
            assertThat(response(gateway, "damaged", "{damaged"))
                    .startsWith("HTTP/1.1 500")
                    .contains("\"type\":\"api_error\"");
            assertThat(outcome(gateway)).isEqualTo("failed");
            assertThat(gateway.bean(OpenAnswers.class).size()).isZero();
        }
    }

    @ParameterizedTest
    @CsvSource({
        "/v1/messages, spent-message, 429,",
        "/v1/chat/completions, spent-completion, 429,",
        "/v1/messages, overloaded-message, 529, 7"
    })
    void anAnswerThatFailsAfterItsFirstEventsHasTheHeadersOfItsError(
            String path, String conversation, int status, @Nullable String retryAfter) throws Exception {
        LocalKafka kafka = LocalKafka.shared();
        try (RunningGateway gateway = RunningGateway.start(kafka.bootstrapServers());
                RequestLog requests = new RequestLog(kafka.bootstrapServers());
                Producer<String, byte[]> producer = kafka.producer()) {
            var response = gateway.begin(gateway.request(path)
                    .header("x-parley-conversation", conversation)
                    .POST(BodyPublishers.ofString(REQUEST)));
            var _ = new AnswerLog(producer, requests.of(conversation).generation())
                    .events(false, "{\"type\":\"message_start\",\"message\":{}}")
                    .failed(status, "7", true, "{\"error\":{\"type\":\"rate_limit_error\",\"message\":\"No.\"}}");
            assertThat(response.get(30, TimeUnit.SECONDS)).satisfies(refused -> {
                assertThat(refused.statusCode()).isEqualTo(status);
                // A budget that is spent has none.
                assertThat(refused.headers().firstValue("retry-after")).isEqualTo(Optional.ofNullable(retryAfter));
                assertThat(refused.headers().firstValue("x-should-retry")).contains("false");
            });
        }
    }

    /** What a client gets that wants its connection closed, if the answer begins and has this as its last event. */
    private static String response(RunningGateway gateway, String conversation, String last) throws Exception {
        LocalKafka kafka = LocalKafka.shared();
        try (RequestLog requests = new RequestLog(kafka.bootstrapServers());
                Producer<String, byte[]> producer = kafka.producer();
                RawClient client = new RawClient(gateway.port())) {
            client.send("POST /v1/messages HTTP/1.1\r\nhost: x\r\nx-parley-conversation: " + conversation
                    + "\r\nx-api-key: " + RunningGateway.ACME + "\r\nconnection: close\r\ncontent-length: "
                    + REQUEST.length() + "\r\n\r\n" + REQUEST);
            var _ = new AnswerLog(producer, requests.of(conversation).generation())
                    .events(true, "{\"type\":\"message_start\",\"message\":{}}", last);
            return client.rest();
        }
    }

    private static String outcome(RunningGateway gateway) {
        MeterRegistry meters = gateway.bean(MeterRegistry.class);
        await().until(() -> meters.find("gen_ai.server.request.duration").timer() != null);
        return requireNonNull(
                meters.get("gen_ai.server.request.duration").timer().getId().getTag("outcome"));
    }

    private static void answer(AnswerLog log) throws Exception {
        var _ = log.events(
                false,
                "{\"type\":\"message_start\",\"message\":{}}",
                "{\"type\":\"content_block_start\",\"index\":0,\"content_block\":{\"type\":\"text\",\"text\":\"\"}}");
        String text = "x".repeat(TEXT_BYTES);
        for (int i = 0; i < TEXTS; i++) {
            var _ = log.events(
                    false,
                    "{\"type\":\"content_block_delta\",\"index\":0,\"delta\":{\"type\":\"text_delta\",\"text\":\""
                            + text + "\"}}");
        }
        var _ = log.events(true, "{\"type\":\"message_stop\"}");
    }

    /** The bytes of the response that come before the connection is closed, however. */
    private static long received(Socket client) {
        long bytes = 0;
        byte[] buffer = new byte[64 * 1024];
        try {
            client.setSoTimeout(5_000);
            for (int read = 0; read >= 0; read = client.getInputStream().read(buffer)) {
                bytes += read;
            }
        } catch (IOException e) {
            // Reset.
        }
        return bytes;
    }
}
