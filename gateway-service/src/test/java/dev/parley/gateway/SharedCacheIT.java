package dev.parley.gateway;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpHandlers;
import com.sun.net.httpserver.HttpServer;
import dev.parley.contracts.Sha256;
import dev.parley.contracts.id.ConversationId;
import dev.parley.gateway.SharedCacheRows.Row;
import dev.parley.localstack.LocalDynamoDb;
import dev.parley.localstack.LocalKafka;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.http.HttpResponse;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer.OrderAnnotation;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.web.reactive.function.server.RouterFunction;

/** Which responses a shared cache before the gateway may store and reuse, by RFC 9111. */
@TestMethodOrder(OrderAnnotation.class)
class SharedCacheIT {
    private static final ExecutorService THREADS = Executors.newVirtualThreadPerTaskExecutor();
    private static final Map<Row, Future<HttpResponse<InputStream>>> RESPONSES = new HashMap<>();

    private static LocalKafka kafka;
    private static LocalDynamoDb dynamoDb;
    private static ScriptedPersistence persistence;
    private static HttpServer claude;
    private static RunningGateway gateway;
    private static KafkaProducer<String, byte[]> producer;
    private static RequestLog requests;
    private static SharedCacheRows rows;

    @BeforeAll
    static void start() throws Exception {
        kafka = LocalKafka.start().withTopics();
        dynamoDb = LocalDynamoDb.start();
        String table = "conversations-" + UUID.randomUUID();
        persistence = new ScriptedPersistence(dynamoDb, table, kafka);
        claude = HttpServer.create(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                0,
                "/",
                HttpHandlers.of(200, Headers.of("content-type", "application/json"), "{\"input_tokens\":7}"));
        claude.start();
        gateway = RunningGateway.start(
                kafka.bootstrapServers(),
                "--parley.gateway.session.admin-key-sha256=" + Sha256.of(GatewayRequests.ADMIN),
                "--parley.gateway.wrong-keys.free-per-minute=1000",
                "--parley.gateway.session.keys[0].scopes[0]=publish",
                "--parley.gateway.redis.url=redis://127.0.0.1:1",
                "--parley.gateway.cross-origin.origins=" + GatewayRequests.SITE,
                "--parley.gateway.claude.base-url=http://127.0.0.1:"
                        + claude.getAddress().getPort(),
                "--parley.gateway.conversations.table=" + table,
                "--parley.gateway.conversations.dynamodb.endpoint=" + dynamoDb.endpoint(),
                "--parley.gateway.conversations.change-timeout=100ms");
        producer = kafka.producer();
        requests = new RequestLog(kafka.bootstrapServers());
        var sample = new SampleConversation(
                new ConversationId("conv_" + UUID.randomUUID()), Instant.now().minusSeconds(100));
        persistence.store(sample.turn("a secret", "Yes."));
        rows = new SharedCacheRows(new GatewayRequests(gateway, producer, requests), sample.conversation());
    }

    @AfterAll
    static void stop() {
        THREADS.shutdownNow();
        gateway.stop();
        gateway.close();
        requests.close();
        producer.close();
        claude.stop(0);
        persistence.close();
        dynamoDb.close();
        kafka.close();
    }

    @Test
    @Order(1)
    void everyRouteHasARowForEachClassOfItsStatuses() {
        Set<String> routes = RouteNames.of(gateway.beans(RouterFunction.class).stream()
                .<RouterFunction<?>>map(function -> function)
                .toList());
        Map<String, Set<Integer>> classes = Stream.concat(rows.healthy(), rows.broken())
                .collect(Collectors.groupingBy(
                        Row::route,
                        Collectors.mapping(row -> row.status() / 100, Collectors.toCollection(TreeSet::new))));

        assertThat(classes.keySet()).containsAll(routes);
        assertThat(routes)
                .allSatisfy(route ->
                        assertThat(classes.get(route)).as(route).containsAll(SharedCacheRows.classesOf(route)));
    }

    static Stream<Row> healthy() {
        return rows.healthy();
    }

    @ParameterizedTest
    @MethodSource("healthy")
    @Order(2)
    void privateResponsesAreNotStored(Row row) throws Exception {
        assertThatCachingMatches(row, row.sent());
    }

    @Test
    @Order(3)
    void responsesOfTheManagementPortAreNotStored() throws Exception {
        HttpResponse<InputStream> response = gateway.management("/actuator/health/liveness");
        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.headers().allValues("cache-control")).containsExactly("private, no-store");
    }

    /** The requests are sent together, because each response waits for a timeout. */
    @Test
    @Order(4)
    void crashesAllServers() {
        kafka.crash();
        dynamoDb.crash();
        claude.stop(0);
        rows.broken().forEach(row -> RESPONSES.put(row, THREADS.submit(row::sent)));
    }

    static Stream<Row> broken() {
        return rows.broken();
    }

    /** The servers that the gateway depends on have crashed. */
    @ParameterizedTest
    @MethodSource("broken")
    @Order(5)
    void errorResponsesAreNotStored(Row row) throws Exception {
        assertThatCachingMatches(
                row, requireNonNull(RESPONSES.get(row), "sent after the crash").get(30, TimeUnit.SECONDS));
    }

    private static void assertThatCachingMatches(Row row, HttpResponse<InputStream> response) throws Exception {
        try (InputStream _ = response.body()) {
            assertThat(response.statusCode()).isEqualTo(row.status());
            assertThat(response.headers().allValues("cache-control"))
                    .singleElement()
                    .asString()
                    .matches(row.use().cacheControl());
            if (row.use().variesByEncoding()) {
                assertThat(response.headers().allValues("vary"))
                        .anySatisfy(value -> assertThat(value).containsIgnoringCase("accept-encoding"));
            }
        }
    }
}
