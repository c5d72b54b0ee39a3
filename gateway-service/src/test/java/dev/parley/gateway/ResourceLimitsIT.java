package dev.parley.gateway;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.parley.contracts.Sha256;
import dev.parley.contracts.id.AnswerFormat;
import dev.parley.contracts.id.GenerationId;
import dev.parley.contracts.id.GenerationIds;
import dev.parley.contracts.id.TenantId;
import dev.parley.gateway.kafka.ResumedAnswers;
import dev.parley.localstack.LocalKafka;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.security.MessageDigest;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ThreadLocalRandom;
import org.apache.kafka.clients.admin.Admin;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Clients that hold connections, request places or log readers without a complete request. */
@Timeout(60)
class ResourceLimitsIT {
    private static final String ADMIN = "admin-key";
    private static final int STALLED = 205;

    /** The share of one key: half of the 200 places for bodies. */
    private static final int PLACES_PER_KEY = 100;

    private static final int FORGED = 250;
    private static final long TOO_LARGE = 8 * 1024 * 1024 + 1;
    private static final int UNREAD = 4 * 1024 * 1024;

    /** Twice the minimum rate of a body if sent each half of a second, and together longer than the grace. */
    private static final String PIECE = "x".repeat(1_024);

    private static final int PIECES = 7;

    private static final LocalKafka KAFKA = LocalKafka.shared();

    private static RunningGateway gateway;

    @BeforeAll
    static void start() throws Exception {
        gateway = RunningGateway.start(
                KAFKA.bootstrapServers(),
                "--parley.gateway.connections.header-timeout=1s",
                "--parley.gateway.connections.body-grace=2s",
                "--parley.gateway.generations.id-secret=",
                "--parley.gateway.resume.readers-max=2",
                "--parley.gateway.session.admin-key-sha256=" + Sha256.of(ADMIN));
    }

    @AfterAll
    static void stop() {
        gateway.close();
    }

    @Test
    void stalledBodiesOfOneKeyDoNotBlockOtherKeysOrOperators() throws Exception {
        List<RawClient> stalled = new ArrayList<>();
        try {
            for (int i = 0; i < STALLED; i++) {
                stalled.add(client().send(post("/v1/messages", RunningGateway.ACME, 100) + "{"));
            }
            await().until(() -> count(stalled) >= STALLED - PLACES_PER_KEY);
            var other = gateway.text(gateway.request("/v1/messages")
                    .setHeader("x-api-key", RunningGateway.OTHER)
                    .POST(BodyPublishers.ofString("no JSON")));
            assertThat(other.statusCode()).isEqualTo(400);
            var operator = gateway.text(gateway.request("/admin/keys")
                    .setHeader("x-api-key", ADMIN)
                    .POST(BodyPublishers.ofString("{\"tenant\":\"acme\",\"name\":\"new\"}")));
            assertThat(operator.statusCode()).isEqualTo(201);
            for (RawClient each : stalled) {
                assertThat(each.header()).containsAnyOf("HTTP/1.1 429 ", "HTTP/1.1 408 ");
            }
        } finally {
            for (RawClient each : stalled) {
                each.close();
            }
        }
    }

    private static int count(List<RawClient> clients) throws IOException {
        int answered = 0;
        for (RawClient each : clients) {
            answered += each.isAnswered() ? 1 : 0;
        }
        return answered;
    }

    @Test
    void connectionsAreCountedAndThoseBeyondTheLimitClosed() throws Exception {
        try (RunningGateway small =
                        RunningGateway.start(KAFKA.bootstrapServers(), "--parley.gateway.connections.open-max=2");
                RawClient first = new RawClient(small.port())) {
            Gauge open = small.bean(MeterRegistry.class)
                    .get("parley.gateway.connections.open")
                    .gauge();
            try (RawClient _ = new RawClient(small.port())) {
                await().until(() -> open.value() == 2);
                try (RawClient third = new RawClient(small.port())) {
                    assertThat(third.rest()).isEmpty();
                }
                assertThat(open.value()).isEqualTo(2);
            }
            await().until(() -> open.value() == 1);
            first.send("GET /v1/models HTTP/1.1\r\nhost: x\r\n\r\n");
            assertThat(first.header()).startsWith("HTTP/1.1 401 ");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "/v1/messages, '\"type\":\"error\"'",
        "/v1/messages/count_tokens, '\"type\":\"error\"'",
        "/v1/chat/completions, '\"param\":null'"
    })
    void rejectsASlowBody(String path, String format) throws Exception {
        try (RawClient slow = client().send(post(path, RunningGateway.ACME, 1000))) {
            slow.trickle("{", Duration.ofMillis(500));
            assertThat(slow.rest())
                    .startsWith("HTTP/1.1 408 ")
                    .containsIgnoringCase("connection: close")
                    .contains(format);
        }
    }

    @Test
    void rejectsAnEndlessHeader() throws Exception {
        try (RawClient slow = client().send("GET / HTTP/1.1\r\nhost: x\r\n")) {
            slow.trickle("x-line: 1\r\n", Duration.ofMillis(200));
            assertThat(slow.rest()).startsWith("HTTP/1.1 408 ").contains("\"type\":\"error\"");
        }
    }

    @Test
    void theNextHeaderOfAConnectionHasADeadline() throws Exception {
        try (RawClient slow = client().send("GET /v1/models HTTP/1.1\r\nhost: x\r\n\r\n")) {
            assertThat(slow.header()).startsWith("HTTP/1.1 401 ");
            slow.send("GET / HTTP/1.1\r\n");
            assertThat(slow.rest()).contains("HTTP/1.1 408 ");
        }
    }

    @Test
    void forgedIdsDoNotOccupyLogReaders() throws Exception {
        for (int i = 0; i < FORGED; i++) {
            var refused = gateway.text(gateway.request("/v1/generations/" + forged() + "/events"));
            assertThat(refused.statusCode()).isEqualTo(404);
        }
        assertThat(gateway.bean(ResumedAnswers.class).size()).isZero();
    }

    @Test
    void answersAreCancelledWhileAllReadersAreTaken() throws Exception {
        ResumedAnswers answers = gateway.bean(ResumedAnswers.class);
        List<CompletableFuture<HttpResponse<String>>> reading =
                List.of(read("acme", RunningGateway.ACME), read("other", RunningGateway.OTHER));
        try {
            await().until(() -> answers.size() == 2);
            assertThat(gateway.text(gateway.events(generation("acme"))).statusCode())
                    .isEqualTo(529);
            var cancelled = gateway.text(
                    gateway.request("/v1/generations/" + generation("acme")).DELETE());
            assertThat(cancelled.statusCode()).isEqualTo(202);
        } finally {
            reading.forEach(each -> each.cancel(true));
            await().until(() -> answers.size() == 0);
        }
    }

    /** Reads an answer that has not begun. */
    private static CompletableFuture<HttpResponse<String>> read(String tenant, String key) {
        return gateway.begin(gateway.events(generation(tenant)).setHeader("x-api-key", key));
    }

    private static GenerationId generation(String tenant) {
        return gateway.bean(SigningSecret.class)
                .ids()
                .orElseThrow()
                .next(Clock.systemUTC(), 0, new TenantId(tenant), AnswerFormat.MESSAGES, Optional.empty());
    }

    @Test
    void idsAreSignedWithTheClusterIdByDefault() throws Exception {
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", KAFKA.bootstrapServers()))) {
            String cluster = admin.describeCluster().clusterId().get();
            GenerationIds expected = new GenerationIds(("kafka cluster " + cluster).getBytes(UTF_8));
            TenantId acme = new TenantId("acme");
            assertThat(gateway.bean(SigningSecret.class)
                            .ids()
                            .orElseThrow()
                            .isOf(
                                    acme,
                                    expected.next(Clock.systemUTC(), 0, acme, AnswerFormat.MESSAGES, Optional.empty())))
                    .isTrue();
        }
    }

    /** An id in the unsigned format, whose digest covers only the name of the tenant. */
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
        System.arraycopy(sha256.digest("acme".getBytes(UTF_8)), 0, id, 13, 3);
        return "gen_" + HexFormat.of().formatHex(id);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "host: a\r\nhost: b\r\n", "host: a:\r\nhost: b\r\n"})
    void aRequestRequiresExactlyOneHost(String hosts) throws Exception {
        try (RawClient client = client().send("GET /v1/models HTTP/1.1\r\nx-api-key: " + RunningGateway.ACME + "\r\n"
                + hosts + "connection: close\r\n\r\n")) {
            assertThat(client.rest()).startsWith("HTTP/1.1 400 ").contains("host");
        }
    }

    @Test
    void anHttp10RequestRequiresNoHost() throws Exception {
        try (RawClient client =
                client().send("GET /v1/models HTTP/1.0\r\nx-api-key: " + RunningGateway.ACME + "\r\n\r\n")) {
            assertThat(client.rest()).contains(" 200 ");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "/v1/messages, acme-key",
        "/v1/messages/count_tokens, acme-key",
        "/v1/chat/completions, acme-key",
        "/admin/keys, admin-key"
    })
    void aLengthAboveTheLimitIsRefusedBeforeTheBody(String path, String key) throws Exception {
        String request = post(path, key, TOO_LARGE).replace("\r\n\r\n", "\r\nexpect: 100-continue\r\n\r\n");
        try (RawClient client = client().send(request)) {
            assertThat(client.rest()).startsWith("HTTP/1.1 413 ").containsIgnoringCase("connection: close");
        }
    }

    @Test
    void continuesWithABodyThatFits() throws Exception {
        String request =
                post("/v1/messages", RunningGateway.ACME, 7).replace("\r\n\r\n", "\r\nexpect: 100-continue\r\n\r\n");
        try (RawClient client = client().send(request)) {
            assertThat(client.header()).startsWith("HTTP/1.1 100 ");
            client.send("no JSON");
            assertThat(client.header()).startsWith("HTTP/1.1 400 ");
        }
    }

    @Test
    void aWrongKeyIsRefusedBeforeTheBody() throws Exception {
        try (RawClient client = client().send(post("/v1/messages", "wrong", 100) + "{")) {
            assertThat(client.rest()).startsWith("HTTP/1.1 401 ").containsIgnoringCase("connection: close");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "connection: close\r\n"})
    void aRefusalReachesAClientThatIsStillSending(String more) throws Exception {
        String request = post("/v1/messages", "wrong", UNREAD).replace("\r\n\r\n", "\r\n" + more + "\r\n");
        try (RawClient client = client().send(request)) {
            await().until(client::isAnswered);
            client.send("x".repeat(UNREAD));
            assertThat(client.rest()).startsWith("HTTP/1.1 401 ").contains("authentication_error");
        }
    }

    /** As Varnish does, which reads no response before it has sent the whole request. */
    @Test
    void aRefusalReachesAClientThatReadsItAfterALongUpload() throws Exception {
        try (RawClient client = client().send(post("/v1/messages", "wrong", (long) PIECES * PIECE.length()))) {
            await().until(client::isAnswered);
            client.send(PIECE, PIECES, Duration.ofMillis(500));
            assertThat(client.rest()).startsWith("HTTP/1.1 401 ").contains("authentication_error");
        }
    }

    private static String post(String path, String key, long length) {
        return "POST " + path + " HTTP/1.1\r\nhost: x\r\nx-api-key: " + key
                + "\r\ncontent-type: application/json\r\ncontent-length: " + length + "\r\n\r\n";
    }

    private static RawClient client() throws IOException {
        return new RawClient(gateway.port());
    }
}
