package dev.parley.gateway;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import dev.parley.contracts.id.ConversationId;
import dev.parley.gateway.SharedCacheRows.Row;
import dev.parley.localstack.LocalDynamoDb;
import dev.parley.localstack.LocalKafka;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.http.HttpResponse;
import java.time.Instant;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer.OrderAnnotation;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.web.reactive.function.server.RouterFunction;

/** What a shared cache before the gateway may do with each response, by the rules of RFC 9111. */
@TestMethodOrder(OrderAnnotation.class)
class SharedCacheIT {
    private static LocalKafka kafka;
    private static LocalDynamoDb dynamoDb;
    private static StoredTalks talks;
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
        talks = new StoredTalks(dynamoDb, table, kafka.bootstrapServers());
        claude = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        claude.createContext("/", exchange -> {
            byte[] count = "{\"input_tokens\":7}".getBytes(UTF_8);
            exchange.getResponseHeaders().set("content-type", "application/json");
            exchange.sendResponseHeaders(200, count.length);
            exchange.getResponseBody().write(count);
            exchange.close();
        });
        claude.start();
        gateway = RunningGateway.start(
                kafka.bootstrapServers(),
                "--parley.gateway.session.admin-key-sha256=" + RunningGateway.sha256(GatewayRequests.ADMIN),
                "--parley.gateway.wrong-keys.free-per-minute=1000",
                "--parley.gateway.redis.url=redis://127.0.0.1:1",
                "--parley.gateway.cross-origin.origins=" + GatewayRequests.SITE,
                "--parley.gateway.claude.base-url=http://127.0.0.1:"
                        + claude.getAddress().getPort(),
                "--parley.gateway.conversations.table=" + table,
                "--parley.gateway.conversations.dynamodb.endpoint=" + dynamoDb.endpoint(),
                "--parley.gateway.conversations.change-timeout=100ms");
        producer = new KafkaProducer<>(
                Map.of("bootstrap.servers", kafka.bootstrapServers()),
                new StringSerializer(),
                new ByteArraySerializer());
        requests = new RequestLog(kafka.bootstrapServers());
        var talk = new Talk(
                new ConversationId("conv_" + UUID.randomUUID()), Instant.now().minusSeconds(100));
        talks.toTheTable(talk.turn("a secret", "Yes."));
        rows = new SharedCacheRows(new GatewayRequests(gateway, producer, requests), talk.conversation());
    }

    @AfterAll
    static void stop() {
        gateway.stop();
        gateway.close();
        requests.close();
        producer.close();
        claude.stop(0);
        talks.close();
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
    void nothingPrivateIsStored(Row row) throws Exception {
        assertThatIsAsDecided(row);
    }

    @Test
    @Order(3)
    void theManagementPortIsNotStoredEither() throws Exception {
        HttpResponse<InputStream> response = gateway.management("/actuator/health/liveness");
        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.headers().allValues("cache-control")).containsExactly("private, no-store");
    }

    @Test
    @Order(4)
    void allIsLost() {
        kafka.crash();
        dynamoDb.crash();
        claude.stop(0);
    }

    static Stream<Row> broken() {
        return rows.broken();
    }

    /** After the servers that the gateway needs have crashed. */
    @ParameterizedTest
    @MethodSource("broken")
    @Order(5)
    void noFailureIsStored(Row row) throws Exception {
        assertThatIsAsDecided(row);
    }

    private static void assertThatIsAsDecided(Row row) throws Exception {
        var request = row.request().build();
        HttpResponse<InputStream> response = row.sent();
        try (InputStream _ = response.body()) {
            assertThat(response.statusCode()).isEqualTo(row.status());
            assertThat(response.headers().allValues("cache-control")).hasSize(1);
            for (String credential : new String[] {"x-api-key", "authorization"}) {
                var rules = SharedCacheRules.of(
                        request.method(),
                        Set.of(credential),
                        response.statusCode(),
                        response.headers().map());
                assertThat(rules.mayReuseUnasked())
                        .as("given to others unasked")
                        .isEqualTo(row.use().unasked());
                assertThat(rules.mayStore() || row.use().stored(credential))
                        .as("stored though requested with %s", credential)
                        .isEqualTo(row.use().stored(credential));
                if (rules.mayStore()) {
                    assertThat(rules.vary()).contains("accept-encoding");
                }
            }
        }
    }
}
