package dev.parley.system;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.contracts.topic.Topics;
import dev.parley.localstack.LocalStack;
import dev.parley.localstack.stack.StackSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer.OrderAnnotation;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.api.Timeout;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Published answers behind a real Varnish before two gateways, in the end without anything behind it. */
@FaultStory
@TestMethodOrder(OrderAnnotation.class)
@Timeout(value = 3, unit = TimeUnit.MINUTES)
class EdgeSystemTest {
    private static final Pattern ASSET = Pattern.compile("/assets/[0-9a-f]+/[a-z/.-]+");
    private static final String NEW_LINE = "// of the new release";

    /** Empty at first. The gateways prefer the page in it to their own. */
    private static final Path NEW_RELEASE =
            Path.of("target/edge-release-" + UUID.randomUUID()).toAbsolutePath();

    private static final int LAST = 100;

    private static LocalStack stack;
    private static ChatClient edge;
    private static String acmeKey;

    /** Each test has a collection of its own. */
    private final String collection = "help-" + UUID.randomUUID();

    private final String publishedAt = "/v1/collections/" + collection + "/questions/sky";

    @BeforeAll
    static void start() throws Exception {
        stack = LocalStack.start(new StackSettings()
                .replicas("gateway-service", 2)
                .environment("gateway-service", Map.of("_JAVA_OPTIONS", "-Xbootclasspath/a:" + NEW_RELEASE))
                .edge());
        edge = new ChatClient(stack.edge());
        acmeKey = IssuedKey.create(stack, Map.of("tenant", "acme", "name", "editor", "scopes", List.of("publish")))
                .secret();
    }

    @AfterAll
    static void stop() {
        stack.close();
    }

    @Test
    @Order(1)
    void aPublishedQuestionIsReadFromTheEdge() throws Exception {
        JsonNode published = publish(ChatClient.question());
        String address = published.path("url").stringValue();

        Answer first = read(address);
        assertThat(first.status()).as(first.body()).isEqualTo(200);
        assertThat(first.header("server-timing")).isEqualTo("edge;desc=miss");
        assertThat(first.header("cache-tag")).isEmpty();
        Answer second = read(address);
        assertThat(second.header("server-timing")).isEqualTo("edge;desc=hit");
        assertThat(second.body()).isEqualTo(first.body());

        Answer events = read(address + "/events");
        String generation = published.path("generation").stringValue();
        assertThat(events.body())
                .as("the same bytes and ids as of the generation")
                .isEqualTo(edge.get("/v1/generations/" + generation + "/events").body());
        assertThat(events.text()).isEqualTo(first.json().at("/content/0/text").stringValue());
        assertThat(read("/v1/collections/local." + collection).json().at("/questions/0/id"))
                .isEqualTo(published.path("id"));
    }

    @Test
    @Order(1)
    void aRequestForAPublishedQuestionIsAnsweredWithItAndIsATurn() throws Exception {
        ObjectNode question = ChatClient.question();
        String text = read(address(question)).json().at("/content/0/text").stringValue();

        stack.process("redis", 0).crash();
        try {
            Answer answer = Eventually.value(
                    () -> edge.ask(question), got -> got.cache().equals("published"));
            assertThat(answer.text()).isEqualTo(text);
            assertThat(answer.events())
                    .allSatisfy(event ->
                            assertThat(event.path("type").stringValue()).isNotEmpty());
        } finally {
            stack.process("redis", 0).restart();
        }
        assertThat(new ChatClient(stack.gateway(0), acmeKey).ask(question).cache())
                .as("another tenant's question is not published")
                .isEqualTo("miss");
        DeliveryGuarantees.eachRequestHasOneTurn(stack);
    }

    @Test
    @Order(1)
    void tenantsAreNotCrossed() throws Exception {
        ObjectNode question = ChatClient.question();
        ObjectNode other = ChatClient.question();
        String local = address(question);
        JsonNode hidden = publication(acmeKey, Map.of("request", other, "audience", "tenant"));
        String acme = hidden.path("url").stringValue();

        for (int time = 0; time < 2; time++) {
            assertThat(read(local).status()).isEqualTo(200);
            assertThat(read(acme).status()).isEqualTo(200);
            assertThat(read("/v1/answers/" + hidden.path("id").stringValue()).status())
                    .isEqualTo(404);
            assertThat(read(acme.replace("/t/acme/", "/t/local/")).status()).isEqualTo(404);
            assertThat(read(acme.replaceFirst("s=.", "s=x")).status()).isEqualTo(403);
            assertThat(read("/v1/collections/acme." + collection).status()).isEqualTo(404);
        }
        assertThat(read(acme).header("server-timing")).isEqualTo("edge;desc=hit");
        assertThat(edge.send("GET", "/admin/keys", new byte[0], "x-api-key", LocalStack.ADMIN_KEY)
                        .status())
                .isEqualTo(404);
    }

    @Test
    @Order(1)
    void manyReadersAtOnceAreOneRequestAtTheGateways() throws Exception {
        String address = address(ChatClient.question());
        List<Future<Answer>> readers = new ArrayList<>();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < 200; i++) {
                readers.add(threads.submit(() -> read(address)));
            }
        }
        List<String> timings = new ArrayList<>();
        for (Future<Answer> reader : readers) {
            assertThat(reader.get().status()).isEqualTo(200);
            timings.add(reader.get().header("server-timing"));
        }
        assertThat(timings).filteredOn("edge;desc=miss"::equals).hasSizeLessThanOrEqualTo(1);
        assertThat(timings).doesNotContain("edge;desc=pass");
    }

    @Test
    @Order(1)
    void aNewVersionAndAWithdrawalShowAtTheEdge(TestReporter report) throws Exception {
        String address = address(ChatClient.question());
        String list = "/v1/collections/local." + collection;
        Answer old = read(address);
        assertThat(read(list).json().at("/questions/0/version").intValue()).isEqualTo(1);

        JsonNode refreshed =
                edge.sendJson("POST", publishedAt + "/refresh", Map.of()).json();
        assertThat(refreshed.path("version").intValue()).isEqualTo(2);
        assertThat(refreshed.path("url").stringValue()).isEqualTo(address);
        long changed = System.nanoTime();
        Answer now =
                Eventually.value(() -> read(address), answer -> !answer.body().equals(old.body()));
        report.publishEntry(
                "new version after",
                Duration.ofNanos(System.nanoTime() - changed).toString());
        assertThat(now.status()).isEqualTo(200);
        assertThat(Eventually.value(() -> read(list), answer -> !answer.body().contains("\"version\":1"))
                        .json()
                        .at("/questions/0/version")
                        .intValue())
                .isEqualTo(2);

        assertThat(edge.delete(publishedAt).status()).isEqualTo(204);
        long withdrawn = System.nanoTime();
        Eventually.value(() -> read(address).status(), status -> status == 404);
        report.publishEntry(
                "withdrawn after",
                Duration.ofNanos(System.nanoTime() - withdrawn).toString());
        Eventually.value(() -> read(list).status(), status -> status == 404);
    }

    @Test
    @Order(1)
    void deletingTheConversationWithdrawsAtTheEdge() throws Exception {
        String conversation = "conv-" + UUID.randomUUID();
        Answer answer = edge.ask(ChatClient.question(), "x-parley-conversation", conversation);
        String address = publication(LocalStack.KEY, Map.of("generation", answer.generation()))
                .path("url")
                .stringValue();
        assertThat(read(address).json().at("/content/0/text").stringValue()).isEqualTo(answer.text());

        assertThat(edge.delete("/v1/conversations/" + conversation).status()).isIn(200, 202);
        Eventually.value(() -> read(address).status(), status -> status == 404);
    }

    @Test
    @Order(1)
    void streamsAndResumesPassThroughTheEdge() throws Exception {
        ObjectNode slow = ChatClient.question("first_token_ms=0 tokens=60 tokens_per_second=60");
        String beginning;
        String generation;
        String last;
        try (StreamedAnswer stream = edge.read(slow, "x-parley-on-disconnect", "continue")) {
            assertThat(stream.status()).isEqualTo(200);
            beginning = stream.untilCharacters(20).text();
            generation = stream.generation();
            last = stream.lastId();
        }
        try (StreamedAnswer rest = edge.readAt("/v1/generations/" + generation + "/events", "last-event-id", last)) {
            String whole = beginning + rest.toTheEnd().text();
            assertThat(whole)
                    .isEqualTo(edge.get("/v1/generations/" + generation + "/events")
                            .text());
        }
    }

    @Test
    @Order(2)
    void aPageThatWasLoadedBeforeADeployStillGetsItsFiles() throws Exception {
        ChatClient old = new ChatClient(stack.gateway(1));
        String page = old.send("GET", "/", new byte[0]).body();
        Map<String, String> files = new TreeMap<>();
        for (String file :
                ASSET.matcher(page).results().map(MatchResult::group).distinct().toList()) {
            files.put(file, old.send("GET", file, new byte[0]).body());
        }
        assertThat(files).hasSizeGreaterThan(20);

        releaseAnotherPage();
        restart(0);
        // The edge has noticed that the new gateway is ready.
        String newPage = Eventually.value(() -> read("/").body(), body -> !body.equals(page));
        sendsAll(files);

        restart(1);
        Eventually.value(() -> read("/").status(), status -> status == 200);
        for (int time = 0; time < 4; time++) {
            assertThat(read("/").body()).isEqualTo(newPage);
        }
        sendsAll(files);
        String main = ASSET.matcher(newPage)
                .results()
                .map(MatchResult::group)
                .filter(file -> file.endsWith("/main.js"))
                .findFirst()
                .orElseThrow();
        assertThat(read(main).body()).contains(NEW_LINE);
    }

    /** Through the edge, unchanged, and to be kept by browsers. */
    private static void sendsAll(Map<String, String> files) throws Exception {
        for (Map.Entry<String, String> file : files.entrySet()) {
            Answer answer = read(file.getKey());
            assertThat(answer.status()).as(file.getKey()).isEqualTo(200);
            assertThat(answer.body()).as(file.getKey()).isEqualTo(file.getValue());
            assertThat(answer.header("cache-control")).as(file.getKey()).contains("immutable");
        }
    }

    /** Puts a changed copy of the page where gateways find it when they start. */
    private static void releaseAnotherPage() throws IOException {
        Path page = Path.of("../../gateway-service/src/main/resources/page");
        try (Stream<Path> files = Files.walk(page)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                Path copy = NEW_RELEASE.resolve("page").resolve(page.relativize(file));
                Files.createDirectories(copy.getParent());
                Files.copy(file, copy);
            }
        }
        Files.writeString(NEW_RELEASE.resolve("page/script/main.js"), NEW_LINE, StandardOpenOption.APPEND);
    }

    private static void restart(int gateway) {
        stack.process("gateway-service", gateway).stop();
        stack.process("gateway-service", gateway).start();
    }

    @Test
    @Order(LAST)
    void publishedAnswersAreServedWithNothingBehindTheEdge() throws Exception {
        String address = address(ChatClient.question());
        List<String> addresses = List.of(address, address + "/events", "/v1/collections/local." + collection);
        List<String> before = new ArrayList<>();
        for (String each : addresses) {
            before.add(read(each).body());
        }

        for (int gateway = 0; gateway < 2; gateway++) {
            stack.process("gateway-service", gateway).crash();
        }
        // The repeated purge of the publication must not empty the cache.
        int purges =
                2 * new TopicReader(stack.kafka()).all(Topics.PUBLISHED.name()).size();
        Eventually.value(
                () -> MetricsPage.of(stack, "cache-service").sum("parley_edge_purges_total", "outcome=\"confirmed\""),
                confirmed -> confirmed == purges);
        for (String program :
                List.of("kafka", "claude-simulator", "redis", "dynamodb", "inference-service", "cache-service")) {
            stack.process(program, 0).crash();
        }
        for (int time = 0; time < 3; time++) {
            for (int i = 0; i < addresses.size(); i++) {
                Answer answer = read(addresses.get(i));
                assertThat(answer.status()).isEqualTo(200);
                assertThat(answer.body()).isEqualTo(before.get(i));
            }
        }
        assertThat(edge.get("/v1/conversations").status()).isEqualTo(503);
    }

    private JsonNode publish(ObjectNode request) throws Exception {
        return publication(LocalStack.KEY, Map.of("request", request));
    }

    /** The path of what is published. */
    private String address(ObjectNode request) throws Exception {
        return publish(request).path("url").stringValue();
    }

    private JsonNode publication(String key, Map<String, ?> body) throws Exception {
        return new ChatClient(stack.edge(), key)
                .sendJson("PUT", publishedAt, body)
                .succeeded()
                .json();
    }

    private static Answer read(String path) throws Exception {
        return edge.send("GET", path, new byte[0]);
    }
}
