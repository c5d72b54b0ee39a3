package dev.parley.gateway;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_16;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpHandlers;
import com.sun.net.httpserver.HttpServer;
import dev.parley.contracts.Sha256;
import dev.parley.contracts.id.AnswerFormat;
import dev.parley.contracts.id.TenantId;
import dev.parley.localstack.LocalDynamoDb;
import dev.parley.localstack.LocalKafka;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.http.HttpRequest.BodyPublishers;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Requests that no client sends by accident: each gets an error of its API, and none is a failure of the gateway. */
@Timeout(60)
class HostileRequestsIT {
    private static final String ADMIN = "admin-key";
    private static final String CONVERSATION = "/v1/conversations/conv_1";
    private static final String HAIKU_ONLY = "KEY-OF-HAIKU";
    private static final String COUNT = "/v1/messages/count_tokens";
    private static final String GENERATION = "/v1/generations/"
            + RunningGateway.IDS.next(
                    Clock.systemUTC(), 0, new TenantId("acme"), AnswerFormat.MESSAGES, Optional.empty());
    private static final String OPUS = "{\"model\":\"claude-opus-5-5\",\"messages\":[],\"x\":";

    private static final LocalKafka KAFKA = LocalKafka.shared();

    private static LocalDynamoDb dynamoDb;
    private static ScriptedPersistence persistence;
    private static HttpServer claude;
    private static RunningGateway gateway;
    private static String haikuOnly = "";

    @BeforeAll
    static void start() throws Exception {
        dynamoDb = LocalDynamoDb.start();
        String table = "conversations-" + UUID.randomUUID();
        persistence = new ScriptedPersistence(dynamoDb, table, KAFKA);
        claude = HttpServer.create(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                0,
                "/",
                HttpHandlers.of(200, Headers.of("content-type", "application/json"), "{\"input_tokens\":1}"));
        claude.start();
        gateway = RunningGateway.start(
                KAFKA.bootstrapServers(),
                "--parley.gateway.conversations.table=" + table,
                "--parley.gateway.conversations.dynamodb.endpoint=" + dynamoDb.endpoint(),
                "--parley.gateway.claude.base-url=http://127.0.0.1:"
                        + claude.getAddress().getPort(),
                "--parley.gateway.session.admin-key-sha256=" + Sha256.of(ADMIN));
        haikuOnly = JsonMapper.shared()
                .readTree(gateway.text(
                                gateway.request("/admin/keys")
                                        .setHeader("x-api-key", ADMIN)
                                        .POST(
                                                BodyPublishers.ofString(
                                                        "{\"tenant\":\"acme\",\"name\":\"h\",\"limits\":{\"models\":[\"claude-haiku\"]}}")))
                        .body())
                .path("key")
                .stringValue();
    }

    @AfterAll
    static void stop() {
        gateway.close();
        claude.stop(0);
        persistence.close();
        dynamoDb.close();
    }

    /** @param request its bytes, as characters of ISO 8859-1 */
    record Hostile(String name, int status, String request) {
        @Override
        public String toString() {
            return name;
        }
    }

    private static String get(String path, String... headers) {
        return request("GET " + path + " HTTP/1.1", RunningGateway.ACME, "", headers);
    }

    private static String send(String method, String path, String body, String... headers) {
        return request(method + " " + path + " HTTP/1.1", RunningGateway.ACME, body, headers);
    }

    private static String counted(byte[] body) {
        return request("POST " + COUNT + " HTTP/1.1", HAIKU_ONLY, new String(body, ISO_8859_1));
    }

    private static String request(String line, String key, String body, String... headers) {
        return line + "\r\nhost: x\r\nx-api-key: " + key + "\r\n"
                + String.join(
                        "",
                        List.of(headers).stream().map(header -> header + "\r\n").toList())
                + (body.isEmpty() ? "" : "content-length: " + body.length() + "\r\n") + "\r\n" + body;
    }

    private static String chunked(String path, String chunks) {
        return request("POST " + path + " HTTP/1.1", RunningGateway.ACME, "", "transfer-encoding: chunked") + chunks;
    }

    static List<Hostile> requests() {
        List<Hostile> rows = new ArrayList<>();
        for (String path : List.of("/v1/messages", COUNT)) {
            rows.add(new Hostile(path + ": a chunk without a size", 400, chunked(path, "ZZ\r\n{}\r\n")));
            rows.add(new Hostile(path + ": a chunk of negative size", 400, chunked(path, "-1\r\n{}\r\n")));
            rows.add(new Hostile(path + ": an endless chunk size", 400, chunked(path, "0".repeat(20_000) + "\r\n")));
            rows.add(new Hostile(path + ": a chunk beyond its size", 400, chunked(path, "1\r\n{}{}{}\r\n0\r\n\r\n")));
            rows.add(new Hostile(
                    path + ": endless trailers", 400, chunked(path, "0\r\nx: " + "y".repeat(20_000) + "\r\n\r\n")));
        }
        rows.add(new Hostile(
                "two lengths of a body", 400, send("POST", "/v1/messages", "{}", "transfer-encoding: chunked")));
        rows.add(new Hostile("a negative length", 400, get("/v1/models", "content-length: -1")));
        rows.add(new Hostile("an enormous length", 400, get("/v1/models", "content-length: 99999999999999999999")));
        rows.add(new Hostile("an asterisk", 404, request("OPTIONS * HTTP/1.1", RunningGateway.ACME, "")));
        rows.add(new Hostile("the preface of HTTP/2", 400, "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"));
        rows.add(new Hostile("a tunnel", 404, request("CONNECT evil.example:443 HTTP/1.1", RunningGateway.ACME, "")));
        rows.add(new Hostile("no version", 400, "GET /v1/models\r\n\r\n"));
        rows.add(new Hostile("an unknown method", 405, send("FETCH", "/v1/models", "")));
        rows.add(new Hostile("a method in lower case", 405, send("get", "/v1/models", "")));
        for (String id :
                List.of("%00", "a%2Fb", "..%2F..%2Fadmin%2Fkeys", "a%0D%0Aset-cookie:b", "%FF%FE", "\u00c3\u00a9")) {
            rows.add(new Hostile("the conversation " + id, 400, get("/v1/conversations/" + id)));
            rows.add(new Hostile("the export " + id, 400, get("/v1/conversations/" + id + "/export")));
            rows.add(new Hostile("the model " + id, 404, get("/v1/models/" + id)));
            rows.add(new Hostile("the generation " + id, 400, get("/v1/generations/" + id + "/events")));
            rows.add(new Hostile("the answer " + id, 404, get("/v1/answers/" + id)));
            rows.add(new Hostile("the collection " + id, 404, get("/v1/collections/" + id)));
            rows.add(new Hostile("the asset " + id, 404, get("/assets/" + id + "/" + id)));
        }
        for (String query : List.of(
                "limit=-1",
                "limit=99999999999999999999",
                "limit=",
                "limit=0x10",
                "limit=x&limit=1",
                "after=%00",
                "after=I2NvbnZfMQ",
                "query=" + "%EF%B7%BA".repeat(201),
                "user=" + "x".repeat(2_048),
                "user=" + "%F0%9F%98%80".repeat(300))) {
            rows.add(new Hostile("the list of " + query, 400, get("/v1/conversations?" + query)));
        }
        rows.add(new Hostile("an unknown order", 400, get(CONVERSATION + "?order=asc%00")));
        rows.add(new Hostile(
                "an event of no partition", 400, get(GENERATION + "/events", "last-event-id: 99999999999999999999-1")));
        rows.add(new Hostile("no type of content", 400, send("POST", "/v1/messages", "[", "content-type: ;;;")));
        rows.add(new Hostile("no media type to accept", 400, send("POST", "/v1/messages", "[", "accept: ;;;/")));
        rows.add(new Hostile(
                "another encoding", 400, send("POST", "/v1/messages", "\u001f\u008b\b", "content-encoding: gzip")));
        rows.add(new Hostile(
                "a name of two conversations",
                400,
                send(
                        "POST",
                        "/v1/messages",
                        GatewayRequests.CHAT,
                        "x-parley-conversation: a/b",
                        "x-parley-conversation: c")));
        rows.add(new Hostile(
                "a conversation in UTF-8",
                400,
                send("POST", "/v1/messages", GatewayRequests.CHAT, "x-parley-conversation: \u00f0\u009f\u0098\u0080")));
        for (String path : List.of("/v1/messages", "/v1/chat/completions")) {
            String chat = GatewayRequests.CHAT;
            rows.add(new Hostile(path + " after an event", 400, send("POST", path, chat, "last-event-id: 0-1.0")));
        }
        for (String number : List.of("1e99999999999", "-1e-99999999999", "1e999999999", "9".repeat(1_001))) {
            String name = number.substring(0, Math.min(16, number.length()));
            rows.add(new Hostile("a title of " + name, 400, send("PATCH", CONVERSATION, "{\"title\":" + number + "}")));
            rows.add(new Hostile(
                    "a rating of " + name, 400, send("POST", GENERATION + "/feedback", "{\"rating\":" + number + "}")));
            rows.add(new Hostile(
                    "a key for " + name,
                    400,
                    request(
                            "POST /admin/keys HTTP/1.1",
                            ADMIN,
                            "{\"tenant\":\"acme\",\"name\":\"n\",\"limits\":{\"usd_per_day\":" + number + "}}")));
            for (String path : List.of("/v1/messages", "/v1/chat/completions")) {
                rows.add(new Hostile(
                        path + ": a temperature of " + name,
                        400,
                        send(
                                "POST",
                                path,
                                GatewayRequests.CHAT.replace("{\"model", "{\"temperature\":" + number + ",\"model"))));
            }
        }
        for (String json : List.of("NaN}", "[".repeat(2_000) + "]".repeat(2_000) + "}", "\"", "\"\u0001\"}")) {
            rows.add(new Hostile(
                    "a count of " + json.substring(0, Math.min(4, json.length())),
                    400,
                    counted((OPUS + json).getBytes(UTF_8))));
        }
        rows.add(new Hostile("a count in UTF-16", 400, counted((OPUS + "1}").getBytes(UTF_16))));
        rows.add(new Hostile("a count after a mark", 400, counted(("\ufeff" + OPUS + "1}").getBytes(UTF_8))));
        return rows;
    }

    @ParameterizedTest
    @MethodSource("requests")
    void isAnErrorOfTheClient(Hostile hostile) throws Exception {
        String request = hostile.request().replace(HAIKU_ONLY, haikuOnly);
        try (RawClient client = new RawClient(gateway.port()).send(request)) {
            String header = client.header();
            assertThat(header)
                    .startsWith("HTTP/1.1 " + hostile.status() + " ")
                    .containsIgnoringCase("content-type: application/json")
                    .containsIgnoringCase("cache-control: private, no-store")
                    .containsIgnoringCase("\r\nrequest-id: req_")
                    .doesNotContainIgnoringCase("set-cookie");
            assertThatIsAnError(hostile.request().contains("/chat/completions"), client.body(header));
        }
    }

    private static void assertThatIsAnError(boolean openAi, String body) {
        JsonNode error = JsonMapper.shared().readTree(body);
        assertThat(error.at("/error/message").stringValue("")).isNotBlank();
        assertThat(error.at("/error/type").stringValue("")).endsWith("_error");
        assertThat(error.path("type").stringValue("")).isEqualTo(openAi ? "" : "error");
        assertThat(body)
                .doesNotContain("java.", "dev.parley", "jackson", "netty", "Exception", RunningGateway.ACME, ADMIN);
    }
}
