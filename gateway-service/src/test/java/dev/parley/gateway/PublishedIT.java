package dev.parley.gateway;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.parley.contracts.Sha256;
import dev.parley.contracts.event.ChangeCodec;
import dev.parley.contracts.event.ChatRequested;
import dev.parley.contracts.event.ConversationDeleted;
import dev.parley.contracts.id.AnswerFormat;
import dev.parley.contracts.id.GenerationId;
import dev.parley.contracts.id.TenantId;
import dev.parley.contracts.published.AnswerWithdrawn;
import dev.parley.contracts.published.PublishedCodec;
import dev.parley.contracts.published.PublishedEvent;
import dev.parley.contracts.topic.Topics;
import dev.parley.localstack.LocalKafka;
import dev.parley.localstack.TopicLog;
import dev.parley.messages.MessageAssembler;
import dev.parley.messages.SseFramer;
import dev.parley.messages.Thinking;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.InputStream;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import org.apache.kafka.clients.producer.Producer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Answers that are published, read, replaced and withdrawn at two gateways with one log. */
class PublishedIT {
    private static final String PUBLISHER = "--parley.gateway.session.keys[0].scopes[0]=publish";

    /** A key of a tenant for one test. */
    private static final String BUSY = "busy-key";

    /** More than the other tests make. */
    private static final int CHANGES_PER_MINUTE = 300;

    /** Half of the default of parley.gateway.published.changes-max. */
    private static final int PUBLICATIONS_OF_A_KEY_MAX = 8;

    private static final int CLIENTS_THAT_LEAVE = 10;

    /** Of 60 KB each: more than the buffers of a connection. A multiple of what is published at once. */
    private static final int LONG_QUESTIONS = 96;

    private static LocalKafka kafka;
    private static RunningGateway gateway;
    private static RunningGateway other;
    private static Producer<String, byte[]> producer;

    /** Each test has a collection of its own. */
    private final String collection = "help-" + UUID.randomUUID();

    @BeforeAll
    static void start() throws Exception {
        kafka = LocalKafka.start().withTopics();
        gateway = RunningGateway.start(
                kafka.bootstrapServers(),
                PUBLISHER,
                "--parley.gateway.session.keys[0].similar=standard",
                "--parley.gateway.session.keys[2].name=busy",
                "--parley.gateway.session.keys[2].tenant=busy",
                "--parley.gateway.session.keys[2].sha256=" + Sha256.of(BUSY),
                "--parley.gateway.session.keys[2].scopes[0]=publish",
                "--parley.gateway.published.changes-per-minute=" + CHANGES_PER_MINUTE);
        other = RunningGateway.start(
                kafka.bootstrapServers(), PUBLISHER, "--parley.gateway.session.keys[1].scopes[0]=publish");
        producer = kafka.producer();
    }

    @AfterAll
    static void stop() {
        producer.close();
        other.close();
        gateway.close();
        kafka.close();
    }

    @Test
    void aPublishedAnswerIsServedByEveryGatewayWithoutAKey() throws Exception {
        GivenAnswer answer = given("What is a log?", "A sequence.");
        JsonNode published = published("log", answer.publication(""));

        assertThat(published.path("question").stringValue()).isEqualTo("What is a log?");
        assertThat(published.path("version").intValue()).isEqualTo(1);
        String address = published.path("url").stringValue();
        assertThat(address).matches("/v1/answers/ans_[0-9a-f]{32}");
        for (RunningGateway each : List.of(gateway, other)) {
            var message = read(each, address);
            assertThat(message.statusCode()).isEqualTo(200);
            assertThat(JsonMapper.shared().readTree(message.body())).isEqualTo(answer.message());
            var events = read(each, address + "/events");
            assertThat(events.body()).isEqualTo(answer.log().expected());
            assertThat(events.headers().map())
                    .containsEntry("content-type", List.of("text/event-stream;charset=utf-8"))
                    .containsEntry(
                            "content-length",
                            List.of(Integer.toString(events.body().getBytes(UTF_8).length)));
        }
        assertThat(read(gateway, address).headers().map())
                .containsEntry("cache-control", List.of("public, max-age=0, s-maxage=86400, stale-if-error=604800"))
                .hasEntrySatisfying(
                        "cache-tag",
                        tags -> assertThat(tags.getFirst().split(","))
                                .contains(
                                        "tenant-acme",
                                        "collection-acme." + collection,
                                        "generation-" + answer.generation(),
                                        "model-claude-haiku-4-5"));
    }

    /** It would be public, and Claude would refuse it in the next request of a reader. */
    @Test
    void thinkingIsNotPublished() throws Exception {
        GivenAnswer answer = GivenAnswer.afterThinking(producer, "acme", "Why?", "So.");
        String address = published("log", answer.publication("")).path("url").stringValue();

        JsonNode message = JsonMapper.shared().readTree(read(gateway, address).body());
        assertThat(message).isEqualTo(Thinking.removed(answer.message())).isNotEqualTo(answer.message());
        String events = read(other, address + "/events").body();
        MessageAssembler assembler = new MessageAssembler();
        new SseFramer(10_000)
                .push(ByteBuffer.wrap(events.getBytes(UTF_8)))
                .forEach(event -> assembler.accept(event.json()));
        assertThat(assembler.message()).isEqualTo(message);
        assertThat(ids(answer.log().expected())).hasSize(7).containsAll(ids(events));
        assertThat(ids(events)).hasSize(4).doesNotHaveDuplicates();
    }

    private static List<String> ids(String events) {
        return events.lines().filter(line -> line.startsWith("id:")).toList();
    }

    @Test
    void theListNamesTheQuestionsOfItsCollection() throws Exception {
        published("b", given("B?", "b").publication(""));
        published("a", given("A?", "a").publication(""));
        published("hidden", given("C?", "c").publication(",\"audience\":\"tenant\""));

        var list = read(other, "/v1/collections/acme." + collection);
        assertThat(JsonMapper.shared().readTree(list.body()).path("questions").valueStream())
                .extracting(question -> question.path("slug").stringValue() + " "
                        + question.path("question").stringValue())
                .containsExactly("a A?", "b B?");
        assertThat(list.headers().firstValue("cache-control"))
                .contains("public, max-age=60, s-maxage=3600, stale-if-error=604800");
        assertThat(read(gateway, "/v1/collections/other." + collection).statusCode())
                .isEqualTo(404);
    }

    @Test
    void aClientWithTheEtagGets304() throws Exception {
        String address = published("log", given("Why?", "So.").publication(""))
                .path("url")
                .stringValue();
        for (String path : List.of(address, address + "/events", "/v1/collections/acme." + collection)) {
            var first = read(gateway, path);
            String etag = first.headers().firstValue("etag").orElseThrow();
            var again = other.text(withoutKey(other, path).header("if-none-match", etag));
            assertThat(again.statusCode()).as(path).isEqualTo(304);
            assertThat(again.headers().firstValue("cache-tag"))
                    .isEqualTo(first.headers().firstValue("cache-tag"));
        }
        assertThat(read(gateway, address).headers().firstValue("etag"))
                .isNotEqualTo(read(gateway, address + "/events").headers().firstValue("etag"));
    }

    @Test
    void anotherAnswerReplacesTheFirstUnderTheSameAddress() throws Exception {
        String address = published("log", given("Why?", "So.").publication(""))
                .path("url")
                .stringValue();
        JsonNode second = published("log", given("Why?", "Therefore.").publication(""));

        assertThat(second.path("url").stringValue()).isEqualTo(address);
        assertThat(second.path("version").intValue()).isEqualTo(2);
        assertThat(read(other, address).body()).contains("Therefore.");
    }

    @Test
    void aWithdrawnAnswerIsGoneEverywhere() throws Exception {
        String address = published("log", given("Why?", "So.").publication(""))
                .path("url")
                .stringValue();

        assertThat(gateway.text(gateway.request(question("log")).DELETE()).statusCode())
                .isEqualTo(204);
        for (String path : List.of(address, address + "/events", "/v1/collections/acme." + collection)) {
            assertThat(read(other, path).statusCode()).as(path).isEqualTo(404);
        }
        assertThat(gateway.text(gateway.request(question("log")).DELETE()).statusCode())
                .isEqualTo(404);
        assertThat(last()).isInstanceOf(AnswerWithdrawn.class);
    }

    @Test
    void deletingTheConversationWithdrawsTheAnswer() throws Exception {
        GivenAnswer answer = given("Why?", "So.");
        String address = published("log", answer.publication("")).path("url").stringValue();

        var deletion = other.request("/v1/conversations/" + answer.log().conversation());
        assertThat(other.text(deletion.DELETE()).statusCode()).isEqualTo(202);
        assertThat(read(gateway, address).statusCode()).isEqualTo(404);
        assertThat(last())
                .isInstanceOfSatisfying(
                        AnswerWithdrawn.class,
                        event -> assertThat(event.reason()).isEqualTo(AnswerWithdrawn.Reason.DELETED));
        assertThat(put("log", answer.publication("")).statusCode()).isEqualTo(404);
    }

    /** Else the answer would be public again when the deletion is forgotten, after a day. */
    @Test
    void deletingTheConversationWithdrawsTheAnswerOfAClientThatHasLeft() throws Exception {
        Map<String, String> conversations = new HashMap<>();
        for (int i = 0; i < CLIENTS_THAT_LEAVE; i++) {
            GivenAnswer answer = given("Why " + i + "?", "So.");
            published("log-" + i, answer.publication(""));
            String conversation = answer.log().conversation().value();
            conversations.put(conversation, "log-" + i);
            try (RawClient client = new RawClient(gateway.port())) {
                client.send("DELETE /v1/conversations/" + conversation + " HTTP/1.1\r\nhost: localhost\r\nx-api-key: "
                        + RunningGateway.ACME + "\r\n\r\n");
                // Leaves before the deletion begins, during it, or after it. Nothing shows the client which.
                Thread.sleep(1L << i);
            }
        }
        await().untilAsserted(() -> {
            Set<String> deleted = slugs(conversations);
            assertThat(deleted).isNotEmpty();
            assertThat(withdrawn()).containsAll(deleted);
        });
    }

    private static Set<String> slugs(Map<String, String> conversations) {
        try (TopicLog log = new TopicLog(kafka.bootstrapServers(), Topics.DELETIONS)) {
            return log.all().stream()
                    .map(record -> ChangeCodec.decode(record.headers(), record.value()))
                    .filter(ConversationDeleted.class::isInstance)
                    .map(event -> ((ConversationDeleted) event).conversation().value())
                    .filter(conversations::containsKey)
                    .map(conversations::get)
                    .collect(Collectors.toSet());
        }
    }

    private Set<String> withdrawn() {
        try (TopicLog log = new TopicLog(kafka.bootstrapServers(), Topics.PUBLISHED)) {
            return log.all().stream()
                    .map(record -> PublishedCodec.decode(record.headers(), record.value()))
                    .filter(event -> event instanceof AnswerWithdrawn
                            && event.question().collection().equals(collection))
                    .map(event -> event.question().slug())
                    .collect(Collectors.toSet());
        }
    }

    @Test
    void refreshesOnlyWhatIsStillPublished() throws Exception {
        published("log", given("Why?", "So.").publication(""));
        try (RequestLog requests = new RequestLog(kafka.bootstrapServers())) {
            var refresh = gateway.request(question("log") + "/refresh").POST(BodyPublishers.noBody());
            var refused = new GatewayRequests(gateway, producer, requests).refreshed(refresh, () -> {
                var withdrawal = gateway.request(question("log")).DELETE();
                assertThat(gateway.text(withdrawal).statusCode()).isEqualTo(204);
            });
            try (InputStream body = refused.body()) {
                assertThat(refused.statusCode()).isEqualTo(409);
                assertThat(new String(body.readAllBytes(), UTF_8)).contains("withdrawn while Claude was asked");
            }
        }
        assertThat(gateway.text(gateway.request(question("log"))).statusCode()).isEqualTo(404);
    }

    @Test
    void anAnswerForTheTenantNeedsASignedAddress() throws Exception {
        JsonNode published = published("log", given("Why?", "So.").publication(",\"audience\":\"tenant\""));
        String address = published.path("url").stringValue();
        assertThat(address).startsWith("/v1/t/acme/answers/");

        var response = read(other, address);
        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        assertThat(response.headers().firstValue("cache-control").orElseThrow())
                .as("not longer than the address is valid")
                .matches("public, max-age=0, s-maxage=3[56]\\d\\d, stale-if-error=0");
        String id = published.path("id").stringValue();
        assertThat(read(gateway, "/v1/answers/" + id).statusCode()).isEqualTo(404);
        assertThat(read(gateway, address.replaceFirst("e=\\d", "e=9")).statusCode())
                .as("extended")
                .isEqualTo(403);
        assertThat(read(gateway, address.substring(0, address.indexOf('?'))).statusCode())
                .isEqualTo(403);
        assertThat(read(gateway, address.replace("/t/acme/", "/t/other/")).statusCode())
                .isEqualTo(404);
    }

    @Test
    void anExpiredAnswerIsNotServed() throws Exception {
        Instant end = Instant.now().plus(Duration.ofSeconds(10));
        String address = published("log", given("Why?", "So.").publication(",\"expires_at\":\"" + end + "\""))
                .path("url")
                .stringValue();
        assertThat(read(gateway, address).headers().firstValue("cache-control").orElseThrow())
                .matches("public, max-age=0, s-maxage=\\d, stale-if-error=0");

        await().atMost(Duration.ofSeconds(30))
                .until(() -> read(gateway, address).statusCode() == 404);
        assertThat(Instant.now()).isAfter(end);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "{\"generation\":\"gen_1\"}",
                "{\"generation\":7}",
                "{\"generation\":\"gen_00000000000000000000000000000000\",\"request\":{}}",
                "{\"request\":[]}",
                "{\"request\":{\"model\":\"m\",\"max_tokens\":9,\"messages\":[{\"role\":\"user\",\"content\":\"a\"},"
                        + "{\"role\":\"assistant\",\"content\":\"b\"},{\"role\":\"user\",\"content\":\"c\"}]}}",
                "{\"request\":{\"model\":\"m\",\"max_tokens\":9,\"tools\":[],\"messages\":[{\"role\":\"user\",\"content\":\"a\"}]}}",
                "{\"generation\":\"gen_00000000000000000000000000000000\",\"audience\":\"all\"}",
                "{\"generation\":\"gen_00000000000000000000000000000000\",\"expires_at\":\"2001-01-01T00:00:00Z\"}",
                "{\"generation\":\"gen_00000000000000000000000000000000\",\"expires\":\"2101-01-01T00:00:00Z\"}",
                "["
            })
    void rejectsWhatCannotBePublished(String body) throws Exception {
        assertThat(put("log", body).statusCode()).isEqualTo(400);
    }

    @ParameterizedTest
    @CsvSource({"log, no-store", "Not-a-slug, no-cache"})
    void asksClaudeOnlyForWhatCanBePublished(String slug, String cacheControl) throws Exception {
        String body = "{\"request\":{\"model\":\"m\",\"max_tokens\":9,"
                + "\"messages\":[{\"role\":\"user\",\"content\":\"" + collection + "\"}]}}";
        var response = gateway.text(gateway.request(question(slug))
                .header("cache-control", cacheControl)
                .PUT(BodyPublishers.ofString(body)));
        assertThat(response.statusCode()).as(response.body()).isEqualTo(400);
        try (TopicLog requests = new TopicLog(kafka.bootstrapServers(), Topics.REQUESTS)) {
            assertThat(requests.all()).noneMatch(record -> new String(record.value(), UTF_8).contains(collection));
        }
    }

    @Test
    void publishesNoAnswerToASimilarQuestion() {
        String body = "{\"request\":{\"model\":\"m\",\"max_tokens\":9,"
                + "\"messages\":[{\"role\":\"user\",\"content\":\"How tall is the Eiffel Tower in metres?\"}]}}";
        var publishing = gateway.begin(gateway.request(question("tower")).PUT(BodyPublishers.ofString(body)));
        try (RequestLog requests = new RequestLog(kafka.bootstrapServers())) {
            assertThat(requests.ofUser("acme").similar()).isEmpty();
        } finally {
            publishing.cancel(true);
        }
    }

    @Test
    void anAnswerDependsOnNothingBesidesItsRequest() {
        String body = "{\"request\":{\"model\":\"m\",\"max_tokens\":9,"
                + "\"messages\":[{\"role\":\"user\",\"content\":\"How tall is it?\"}]}}";
        var publishing = gateway.begin(gateway.request(question("tower"))
                .header("x-openwebui-user-id", collection)
                .header("x-parley-conversation", "conv_mine")
                .header("x-parley-escalate", "gen_1")
                .PUT(BodyPublishers.ofString(body)));
        try (RequestLog requests = new RequestLog(kafka.bootstrapServers())) {
            ChatRequested event = requests.ofUser(collection);
            assertThat(event.escalates()).isEmpty();
            assertThat(event.conversation().value()).isNotEqualTo("conv_mine");
        } finally {
            publishing.cancel(true);
        }
    }

    /** Else anybody could fill the memory of a gateway with responses that he does not read. */
    @Test
    void aResponseTakesFromTheHeapOfRequestsUntilItsReaderHasReceivedIt() throws Exception {
        List<CompletableFuture<HttpResponse<String>>> publishing = new ArrayList<>();
        for (int i = 0; i < LONG_QUESTIONS; i++) {
            String body = given(i + " long".repeat(12_000), "So.").publication("");
            publishing.add(gateway.begin(gateway.request(question("long-" + i)).PUT(BodyPublishers.ofString(body))));
            if (publishing.size() == PUBLICATIONS_OF_A_KEY_MAX) {
                publishing.forEach(each -> assertThat(each.join().statusCode()).isEqualTo(200));
                publishing.clear();
            }
        }
        Gauge heap = gateway.bean(MeterRegistry.class)
                .get("parley.gateway.requests.heap")
                .gauge();
        try (RawClient reader = RawClient.slow(gateway.port())) {
            reader.send("GET /v1/collections/acme." + collection + " HTTP/1.1\r\nhost: x\r\n\r\n");
            await().until(() -> heap.value() > LONG_QUESTIONS * 60_000);
        }
        await().until(() -> heap.value() == 0);

        assertThat(read(gateway, "/v1/collections/acme." + collection).statusCode())
                .isEqualTo(200);
        await().until(() -> heap.value() == 0);
    }

    /** The last byte of the body must not come before the server is ready for the next request. */
    @Test
    void aClientMayAskAgainWithTheLastByteOfAResponse() throws Exception {
        String address = published("again", given("Why?", "So.").publication(""))
                .path("url")
                .stringValue();
        try (RawClient reader = new RawClient(gateway.port())) {
            for (int i = 0; i < 500; i++) {
                String header = reader.send("GET " + address + " HTTP/1.1\r\nhost: x\r\n\r\n")
                        .header();
                assertThat(header).as("response %d", i).startsWith("HTTP/1.1 200");
                assertThat(reader.body(header)).endsWith("}");
            }
        }
    }

    /** A publication waits for the end of its answer, for minutes. */
    @Test
    void showsAndWithdrawsWhilePublicationsWait() throws Exception {
        published("log", given("Why?", "So.").publication(""));
        List<CompletableFuture<HttpResponse<String>>> waiting = new ArrayList<>();
        try {
            for (int i = 0; i < PUBLICATIONS_OF_A_KEY_MAX; i++) {
                GenerationId running = RunningGateway.IDS.next(
                        Clock.systemUTC(), 2, new TenantId("acme"), AnswerFormat.MESSAGES, Optional.empty());
                new AnswerLog(producer, running).frames(1);
                waiting.add(gateway.begin(gateway.request(question("waiting"))
                        .PUT(BodyPublishers.ofString("{\"generation\":\"" + running + "\"}"))));
            }
            await().until(() -> put("another", "{}").statusCode() == 429);
            assertThat(gateway.text(gateway.request(question("log"))).statusCode())
                    .isEqualTo(200);
            assertThat(gateway.text(gateway.request(question("log")).DELETE()).statusCode())
                    .isEqualTo(204);
        } finally {
            waiting.forEach(each -> each.cancel(true));
        }
        await().until(() -> put("another", "{}").statusCode() == 400);
    }

    /** Each change is purged from the edge, and the changes of other tenants wait for that. */
    @Test
    void aTenantChangesSoManyPublicationsInAMinute() throws Exception {
        GenerationId unknown = RunningGateway.IDS.next(
                Clock.systemUTC(), 0, new TenantId("acme"), AnswerFormat.MESSAGES, Optional.empty());
        HttpRequest.Builder publication = gateway.request(question("none"))
                .setHeader("x-api-key", BUSY)
                .PUT(BodyPublishers.ofString("{\"generation\":\"" + unknown + "\"}"));
        HttpRequest.Builder own = gateway.request(question("own")).setHeader("x-api-key", BUSY);
        String answer = GivenAnswer.write(producer, "busy", "Why?", "So.").publication("");
        assertThat(gateway.text(own.copy().PUT(BodyPublishers.ofString(answer))).statusCode())
                .isEqualTo(200);
        HttpResponse<String> response = gateway.text(publication);
        // A minute may begin meanwhile.
        for (int i = 0; i < 2 * CHANGES_PER_MINUTE && response.statusCode() == 404; i++) {
            response = gateway.text(publication);
        }
        assertThat(response.statusCode()).isEqualTo(429);
        assertThat(response.headers().firstValueAsLong("retry-after").orElseThrow())
                .isBetween(1L, 60L);
        assertThat(gateway.text(own.DELETE()).statusCode()).isEqualTo(204);
        published("log", given("Why?", "So.").publication(""));
    }

    /** Else a key that repeats them would keep its tenant from withdrawing an answer. */
    @Test
    void requestsThatChangeNothingLeaveTheQuotaToOthers() throws Exception {
        published("log", given("Why?", "So.").publication(""));
        HttpRequest.Builder withdrawal = gateway.request(question("none")).DELETE();
        HttpRequest.Builder refresh =
                gateway.request(question("none") + "/refresh").POST(BodyPublishers.noBody());
        // Above the quota of a minute, also if a minute begins meanwhile.
        for (int i = 0; i <= CHANGES_PER_MINUTE; i++) {
            assertThat(gateway.text(withdrawal).statusCode()).isEqualTo(404);
            assertThat(gateway.text(refresh).statusCode()).isEqualTo(404);
            assertThat(put("none", "{}").statusCode()).isEqualTo(400);
        }
        assertThat(gateway.text(gateway.request(question("log")).DELETE()).statusCode())
                .isEqualTo(204);
    }

    @Test
    void keysWithoutTheScopeAndOtherTenantsCannotPublish() throws Exception {
        GivenAnswer answer = given("Why?", "So.");
        HttpRequest.Builder withoutScope = gateway.request(question("log"))
                .setHeader("x-api-key", RunningGateway.OTHER)
                .PUT(BodyPublishers.ofString(answer.publication("")));
        assertThat(gateway.text(withoutScope).statusCode()).isEqualTo(403);

        HttpRequest.Builder anothersAnswer = other.request(question("log"))
                .setHeader("x-api-key", RunningGateway.OTHER)
                .PUT(BodyPublishers.ofString(answer.publication("")));
        assertThat(other.text(anothersAnswer).statusCode()).isEqualTo(404);
    }

    @Test
    void tenantsWithTheSameNamesDoNotShareAnything() throws Exception {
        String acme = published("log", given("Why?", "Of acme.").publication(""))
                .path("url")
                .stringValue();
        GivenAnswer others = GivenAnswer.write(producer, "other", "Why?", "Of other.");
        var response = other.text(other.request(question("log"))
                .setHeader("x-api-key", RunningGateway.OTHER)
                .PUT(BodyPublishers.ofString(others.publication(""))));
        String address =
                JsonMapper.shared().readTree(response.body()).path("url").stringValue();

        assertThat(address).isNotEqualTo(acme);
        assertThat(read(gateway, acme).body()).contains("Of acme.");
        assertThat(read(gateway, address).body()).contains("Of other.");
        assertThat(read(gateway, "/v1/collections/other." + collection).body()).doesNotContain(acme.substring(12));
    }

    private GivenAnswer given(String question, String answer) throws Exception {
        return GivenAnswer.write(producer, "acme", question, answer);
    }

    private String question(String slug) {
        return "/v1/collections/" + collection + "/questions/" + slug;
    }

    private HttpResponse<String> put(String slug, String body) throws Exception {
        return gateway.text(gateway.request(question(slug)).PUT(BodyPublishers.ofString(body)));
    }

    private JsonNode published(String slug, String body) throws Exception {
        var response = put(slug, body);
        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        return JsonMapper.shared().readTree(response.body());
    }

    private static HttpRequest.Builder withoutKey(RunningGateway at, String path) {
        return at.request(path).setHeader("x-api-key", "");
    }

    private static HttpResponse<String> read(RunningGateway at, String path) throws Exception {
        return at.text(withoutKey(at, path));
    }

    private static PublishedEvent last() {
        try (TopicLog log = new TopicLog(kafka.bootstrapServers(), Topics.PUBLISHED)) {
            var record = log.all().getLast();
            return PublishedCodec.decode(record.headers(), record.value());
        }
    }
}
