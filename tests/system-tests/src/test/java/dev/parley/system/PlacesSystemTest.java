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

/** A client that takes all the places it can get, beside clients with other keys and the operators. */
@Timeout(value = 3, unit = TimeUnit.MINUTES)
class PlacesSystemTest {
    private static final LocalStack STACK = SharedStack.get();
    private static final String SHORT = "first_token_ms=0 tokens_per_second=0 tokens=5";
    private static final int STUCK = 205;
    private static final int FORGED = 250;

    /** As many as one key gets: half of the 200 places of bodies. */
    private static final int PLACES_OF_ONE_KEY = 100;

    @AfterAll
    static void eachRequestHasOneTurn() throws Exception {
        Promises.eachRequestHasOneTurn(STACK);
    }

    @Test
    void stuckBodiesOfOneKeyDisturbNeitherOtherKeysNorOperators() throws Exception {
        List<Socket> stuck = new ArrayList<>();
        try {
            for (int i = 0; i < STUCK; i++) {
                stuck.add(connected("POST /v1/messages HTTP/1.1\r\nhost: x\r\nx-api-key: " + LocalStack.KEY
                        + "\r\ncontent-length: 1000\r\n\r\n{"));
            }
            Eventually.value(() -> answered(stuck), count -> count >= STUCK - PLACES_OF_ONE_KEY);
            long begun = System.nanoTime();
            IssuedKey other = IssuedKey.with(STACK, Map.of());
            Answer answer = other.at(0).ask(Chat.question(SHORT));
            System.out.printf(
                    "%d of %d stuck bodies were refused at once; beside the others a key was made and used in %d ms%n",
                    answered(stuck),
                    STUCK,
                    Duration.ofNanos(System.nanoTime() - begun).toMillis());
            assertThat(answer.status()).isEqualTo(200);
            Eventually.value(() -> answered(stuck), count -> count == STUCK);
            for (Socket each : stuck) {
                assertThat(new String(each.getInputStream().readNBytes(12), UTF_8))
                        .isIn("HTTP/1.1 408", "HTTP/1.1 429");
            }
        } finally {
            for (Socket each : stuck) {
                each.close();
            }
        }
    }

    @Test
    void forgedIdsKeepNobodyFromReadingOn() throws Exception {
        Chat chat = new Chat(STACK.gateway(0));
        Answer asked = chat.ask(Chat.question(SHORT));
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
    void aHeaderThatNeverEndsIsGivenUp() throws Exception {
        try (Socket slow = connected("GET / HTTP/1.1\r\nhost: x\r\n")) {
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

    /** With a digest in the place of the signature, as whoever has the name of the tenant can make it. */
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
