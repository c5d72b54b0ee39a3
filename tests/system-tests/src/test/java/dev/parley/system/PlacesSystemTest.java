package dev.parley.system;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.localstack.LocalStack;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** A client that takes all places available to its key, beside other keys and operators. */
@Timeout(value = 3, unit = TimeUnit.MINUTES)
class PlacesSystemTest {
    private static final LocalStack STACK = SharedStack.get();
    private static final String SHORT = "first_token_ms=0 tokens_per_second=0 tokens=5";
    private static final int STALLED = 205;
    private static final int FORGED = 250;

    /** The share of one key: half of the 200 places for bodies. */
    private static final int PLACES_PER_KEY = 100;

    @AfterAll
    static void eachRequestHasOneTurn() throws Exception {
        DeliveryGuarantees.eachRequestHasOneTurn(STACK);
    }

    @Test
    void stalledBodiesOfOneKeyDoNotBlockOtherKeysOrOperators() throws Exception {
        List<Socket> stalled = new ArrayList<>();
        try {
            for (int i = 0; i < STALLED; i++) {
                stalled.add(connected("POST /v1/messages HTTP/1.1\r\nhost: localhost\r\nx-api-key: " + LocalStack.KEY
                        + "\r\ncontent-length: 1000\r\n\r\n{"));
            }
            Eventually.value(() -> answered(stalled), count -> count >= STALLED - PLACES_PER_KEY);
            long begun = System.nanoTime();
            IssuedKey other = IssuedKey.with(STACK, Map.of());
            Answer answer = other.at(0).ask(ChatClient.question(SHORT));
            System.out.printf(
                    "%d of %d stalled bodies were rejected at once; another key was created and used in %d ms%n",
                    answered(stalled),
                    STALLED,
                    Duration.ofNanos(System.nanoTime() - begun).toMillis());
            assertThat(answer.status()).isEqualTo(200);
            Eventually.value(() -> answered(stalled), count -> count == STALLED);
            for (Socket each : stalled) {
                assertThat(new String(each.getInputStream().readNBytes(12), UTF_8))
                        .isIn("HTTP/1.1 408", "HTTP/1.1 429");
            }
        } finally {
            for (Socket each : stalled) {
                each.close();
            }
        }
    }

    @Test
    void forgedIdsDoNotPreventResuming() throws Exception {
        ChatClient chat = new ChatClient(STACK.gateway(0));
        Answer asked = chat.ask(ChatClient.question(SHORT));
        for (int i = 0; i < FORGED; i++) {
            assertThat(chat.get("/v1/generations/" + forged() + "/events").status())
                    .isEqualTo(404);
        }
        assertThat(MetricsPage.of(STACK, "gateway-service").sum("parley_gateway_answers_resumed"))
                .isZero();
        assertThat(chat.get("/v1/generations/" + asked.generation() + "/events").status())
                .isEqualTo(200);
    }

    @Test
    @Execution(ExecutionMode.CONCURRENT)
    void anEndlessHeaderTimesOut() throws Exception {
        try (Socket slow = connected("GET / HTTP/1.1\r\nhost: localhost\r\n")) {
            Eventually.value(
                    () -> {
                        slow.getOutputStream().write("x-line: 1\r\n".getBytes(UTF_8));
                        return slow.getInputStream().available();
                    },
                    bytes -> bytes > 0);
            assertThat(new String(slow.getInputStream().readAllBytes(), UTF_8)).startsWith("HTTP/1.1 408 ");
        }
    }

    private static Socket connected(String text) throws IOException {
        URI gateway = STACK.gateway(0);
        Socket socket = new Socket(gateway.getHost(), gateway.getPort());
        socket.getOutputStream().write(text.getBytes(UTF_8));
        return socket;
    }

    private static long answered(List<Socket> sockets) throws IOException {
        long answered = 0;
        for (Socket each : sockets) {
            answered += each.getInputStream().available() > 0 ? 1 : 0;
        }
        return answered;
    }

    /** An id with a digest in place of the signature, which requires only the name of the tenant. */
    private static String forged() throws Exception {
        byte[] id = new byte[16];
        ThreadLocalRandom.current().nextBytes(id);
        long now = System.currentTimeMillis();
        for (int i = 0; i < 6; i++) {
            id[i] = (byte) (now >>> (40 - 8 * i));
        }
        id[6] = 0x70;
        id[7] = 0;
        id[8] = (byte) 0x80;
        MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
        sha256.update(id, 0, 13);
        System.arraycopy(sha256.digest("local".getBytes(UTF_8)), 0, id, 13, 3);
        return "gen_" + HexFormat.of().formatHex(id);
    }
}
