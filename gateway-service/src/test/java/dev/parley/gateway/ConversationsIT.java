package dev.parley.gateway;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.parley.contracts.Sha256;
import dev.parley.contracts.event.ChangeCodec;
import dev.parley.contracts.event.ChatRequested;
import dev.parley.contracts.event.ConversationDeleted;
import dev.parley.contracts.event.ConversationEvent;
import dev.parley.contracts.event.ConversationRenamed;
import dev.parley.contracts.event.RequestCodec;
import dev.parley.contracts.event.Turn;
import dev.parley.contracts.event.Turn.ChatCompleted;
import dev.parley.contracts.event.Turn.ChatFailed;
import dev.parley.contracts.event.TurnCodec;
import dev.parley.contracts.id.AnswerFormat;
import dev.parley.contracts.id.ConversationId;
import dev.parley.contracts.id.GenerationId;
import dev.parley.contracts.id.RequestId;
import dev.parley.contracts.id.TenantId;
import dev.parley.contracts.topic.Topics;
import dev.parley.eventlog.FoldedTopic;
import dev.parley.eventlog.deletion.Deletions;
import dev.parley.gateway.conversation.ConversationName;
import dev.parley.gateway.conversation.RecentAnswers;
import dev.parley.gateway.kafka.StoredHistories;
import dev.parley.localstack.LocalDynamoDb;
import dev.parley.localstack.LocalKafka;
import dev.parley.localstack.TopicLog;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.internals.BuiltInPartitioner;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** Conversations with a real log and a real table, which the test writes in place of persistence-worker. */
class ConversationsIT {
    private static final Duration SOON = Duration.ofSeconds(15);
    /** Of a gateway with the table and the log on a busy machine. Less than the timeout of a client here. */
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private static final int RENAMES_PER_MINUTE = 40;
    private static final String TRACE = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

    private static final String QUESTION = """
            {"model":"m","max_tokens":9,"stream":true,"messages":[{"role":"user","content":"next"}]}""";

    private static final LocalKafka KAFKA = LocalKafka.shared();

    /** Of which a tenant may use 60. */
    private static final int DELETIONS_REMEMBERED_MAX = 300;

    private static final String TABLE = "conversations-" + UUID.randomUUID();

    private static LocalDynamoDb dynamoDb;
    private static RunningGateway gateway;
    /** Waits for the table and the log for three seconds only, for the tests of what a client gets then. */
    private static RunningGateway hasty;

    private static ScriptedPersistence persistence;
    private static TopicLog requestLog;
    private static TopicLog turnLog;

    private final ConversationId conversation = new ConversationId("conv_" + UUID.randomUUID());
    private final String path = "/v1/conversations/" + conversation;
    private final SampleConversation sample =
            new SampleConversation(conversation, Instant.now().minusSeconds(100));

    @BeforeAll
    static void start() throws Exception {
        dynamoDb = LocalDynamoDb.start();
        persistence = new ScriptedPersistence(dynamoDb, TABLE, KAFKA);
        requestLog = new TopicLog(KAFKA.bootstrapServers(), Topics.REQUESTS);
        turnLog = new TopicLog(KAFKA.bootstrapServers(), Topics.TURNS);
        gateway = replica(PATIENCE);
        hasty = replica(Duration.ofSeconds(3));
    }

    /** @param timeout of its waiting for the table and the log */
    private static RunningGateway replica(Duration timeout) throws Exception {
        return RunningGateway.start(
                KAFKA.bootstrapServers(),
                "--parley.gateway.web.request-body-max=64KB",
                "--parley.gateway.connections.body-grace=30s",
                "--parley.gateway.conversations.table=" + TABLE,
                "--parley.gateway.conversations.dynamodb.endpoint=" + dynamoDb.endpoint(),
                "--parley.gateway.conversations.change-timeout=" + timeout,
                "--parley.gateway.conversations.renames-per-minute=" + RENAMES_PER_MINUTE,
                "--parley.gateway.conversations.history.timeout=" + timeout);
    }

    @AfterAll
    static void stop() {
        turnLog.close();
        requestLog.close();
        hasty.close();
        gateway.close();
        persistence.close();
        dynamoDb.close();
    }

    @Test
    void listsSearchesAndReadsInBothOrders() throws Exception {
        Stream.of("one", "two", "three").map(word -> sample.turn(word, "Yes.")).forEach(persistence::store);
        JsonNode found = json(gateway.text(gateway.request("/v1/conversations?user=ada&query=ONE")));
        assertThat(found.path("conversations").path(0).propertyNames())
                .containsExactly("id", "title", "user", "created_at", "updated_at");
        assertThat(found.path("conversations").valueStream())
                .extracting(summary -> summary.path("id").stringValue())
                .contains(conversation.value());
        JsonNode last = json(gateway.text(gateway.request(path + "?limit=1&order=desc")));
        assertThat(last.at("/turns/0/request/messages")).hasSize(5);
        JsonNode before = json(gateway.text(gateway.request(
                path + "?limit=1&order=desc&after=" + last.path("next").stringValue())));
        assertThat(before.at("/turns/0/request/messages")).hasSize(3);
        assertThat(json(gateway.text(gateway.request(path))).path("turns")).hasSize(3);
    }

    @Test
    void renamesByAnEventAndWaitsForTheTable() throws Exception {
        persistence.store(sample.turn("one", "Yes."));
        CompletableFuture<HttpResponse<String>> renaming = gateway.begin(patch(path, "{\"title\":\"  Mine  \"}"));
        ConversationRenamed event = (ConversationRenamed) changed();
        assertThat(event.title()).isEqualTo("Mine");
        assertThat(event.tenant()).isEqualTo(SampleConversation.ACME);
        persistence.store(event);
        HttpResponse<String> renamed = renaming.get();
        assertThat(renamed.statusCode()).isEqualTo(200);
        assertThat(json(renamed).path("title").stringValue()).isEqualTo("Mine");
        assertThat(json(gateway.text(gateway.request(path))).path("title").stringValue())
                .isEqualTo("Mine");

        HttpResponse<String> withoutAWriter = hasty.text(patch(hasty, path, "{\"title\":\"Later\"}"));
        assertThat(withoutAWriter.statusCode()).isEqualTo(202);
        assertThat(json(withoutAWriter).path("title").stringValue()).isEqualTo("Later");
    }

    @Test
    void boundsTheRenamesOfATenantInAMinute() throws Exception {
        SampleConversation others = new SampleConversation(
                new TenantId("other"), conversation, Instant.now().minusSeconds(100));
        persistence.store(others.turn("one", "Yes."));
        // Its title, so that the table shows it at once.
        HttpRequest.Builder same = patch(path, "{\"title\":\"one\"}").setHeader("x-api-key", RunningGateway.OTHER);
        HttpResponse<String> response = gateway.text(same);
        // More than once the limit only if a minute ends meanwhile.
        for (int i = 0; i < 2 * RENAMES_PER_MINUTE && response.statusCode() == 200; i++) {
            response = gateway.text(same);
        }
        assertThat(response.statusCode()).isEqualTo(429);
        assertThat(response.body()).contains("Too many conversations are renamed.");
        assertThat(response.headers().firstValue("retry-after")).isPresent();
    }

    @Test
    void deletesByAnEventAndReportsTheRetentionOfTheLog() throws Exception {
        persistence.store(sample.turn("one", "Yes."));
        CompletableFuture<HttpResponse<String>> deleting = gateway.begin(delete(path));
        ConversationDeleted event = (ConversationDeleted) changed();
        persistence.store(event);
        HttpResponse<String> deleted = deleting.get();
        assertThat(deleted.statusCode()).isEqualTo(200);
        JsonNode report = json(deleted);
        assertThat(report.path("stored_messages").stringValue()).isEqualTo("deleted");
        assertThat(report.path("deleted_at").stringValue())
                .isEqualTo(event.deletedAt().toString());
        assertThat(report.path("log").valueStream())
                .extracting(topic -> topic.path("topic").stringValue() + " "
                        + topic.path("retention_hours").intValue())
                .containsExactlyElementsOf(Topics.withMessages().stream()
                        .map(topic -> topic.name() + " " + topic.retention().toHours())
                        .toList())
                .contains("chat.turns 8760")
                .doesNotContain("chat.commands 1");
        assertThat(gateway.text(gateway.request(path)).statusCode()).isEqualTo(404);
    }

    @Test
    void deletesAConversationThatIsNotInTheTable() throws Exception {
        CompletableFuture<HttpResponse<String>> deleting = gateway.begin(delete(path));
        persistence.store((ConversationDeleted) changed());
        assertThat(deleting.get().statusCode()).isEqualTo(200);
        CompletableFuture<HttpResponse<String>> again = gateway.begin(delete(path));
        await().atMost(SOON).until(() -> changes().size() == 2);
        persistence.store((ConversationDeleted) changes().getLast());
        assertThat(again.get().statusCode()).isEqualTo(200);
    }

    /** Other keys of the tenant can delete what exists after one key has deleted as many invented ids as it can. */
    @Test
    void inventedIdsDoNotUseUpTheDeletionsOfATenant() throws Exception {
        TenantId tenant = new TenantId("tenant-" + UUID.randomUUID());
        persistence.store(
                new SampleConversation(tenant, conversation, Instant.now().minusSeconds(100)).turn("one", "Yes."));
        List<String> arguments = new ArrayList<>(List.of(
                "--parley.gateway.conversations.table=" + TABLE,
                "--parley.gateway.conversations.dynamodb.endpoint=" + dynamoDb.endpoint(),
                "--parley.gateway.conversations.change-timeout=0s",
                "--parley.gateway.conversations.deletions.remembered-max=" + DELETIONS_REMEMBERED_MAX));
        List<String> keys = List.of("one", "two");
        for (int i = 0; i < keys.size(); i++) {
            String setting = "--parley.gateway.session.keys[" + (2 + i) + "].";
            arguments.addAll(List.of(
                    setting + "name=" + keys.get(i),
                    setting + "tenant=" + tenant,
                    setting + "sha256=" + Sha256.of(keys.get(i))));
        }
        try (RunningGateway small = RunningGateway.start(KAFKA.bootstrapServers(), arguments.toArray(String[]::new))) {
            HttpResponse<String> response;
            int deleted = -1;
            do {
                response = small.text(small.request("/v1/conversations/invented-" + UUID.randomUUID())
                        .setHeader("x-api-key", "one")
                        .DELETE());
                deleted++;
            } while (response.statusCode() == 202);
            assertThat(response.statusCode()).isEqualTo(429);
            assertThat(response.body()).contains("Too many conversations are deleted.");
            assertThat(response.headers().firstValue("retry-after")).isPresent();
            assertThat(deleted).isPositive();

            HttpRequest.Builder stored =
                    small.request(path).setHeader("x-api-key", "two").DELETE();
            assertThat(small.text(stored).statusCode()).isEqualTo(202);
            assertThat(small.text(stored).statusCode()).isEqualTo(202);
        }
    }

    @Test
    void aDeletedConversationIsNotFoundBeforeTheTableIsUpdated() throws Exception {
        persistence.store(sample.turn("one", "Yes."));
        ChatCompleted late = sample.turn("two", "No.");
        assertThat(listed()).contains(conversation.value());
        assertThat(hasty.text(hasty.request(path).DELETE()).statusCode()).isEqualTo(202);
        assertThat(gateway.text(gateway.request(path)).statusCode()).isEqualTo(404);
        assertThat(gateway.text(gateway.request(path + "/export")).statusCode()).isEqualTo(404);
        assertThat(gateway.text(patch(path, "{\"title\":\"Mine\"}")).statusCode())
                .isEqualTo(404);
        assertThat(listed()).doesNotContain(conversation.value());
        persistence.commit();
        persistence.publish(late);
        assertThat(sent("stored")).containsExactly("next");
    }

    private static String listed() throws Exception {
        var list = gateway.text(gateway.request("/v1/conversations?user=ada&limit=100"));
        assertThat(list.statusCode()).isEqualTo(200);
        return list.body();
    }

    /** It has not read the deletion, and nothing else tells it. */
    @Test
    void aGatewayThatLagsDoesNotServeWhatAnotherHasDeleted() throws Exception {
        persistence.store(sample.turn("one", "Yes."));
        GenerationId generation = RunningGateway.IDS.next(
                Clock.systemUTC(), 0, SampleConversation.ACME, AnswerFormat.MESSAGES, Optional.empty());
        try (RunningGateway lagging = replica(PATIENCE);
                var producer = KAFKA.producer()) {
            var _ = new AnswerLog(producer, generation).frames(1).last(1);
            List<String> paths = List.of(
                    path,
                    path + "/export",
                    "/v1/conversations?user=ada&limit=100",
                    "/v1/generations/" + generation + "/events");
            assertThat(statuses(lagging, paths)).containsOnly(200);
            stopReadingDeletions(lagging);
            assertThat(hasty.text(hasty.request(path).DELETE()).statusCode()).isEqualTo(202);
            assertThat(statuses(lagging, paths)).containsOnly(503);
        }
    }

    private static void stopReadingDeletions(RunningGateway replica) {
        replica.beans(FoldedTopic.class).stream()
                .filter(topic -> topic.known() instanceof Deletions)
                .forEach(deletions -> deletions.tail().stop());
    }

    /** The request would be made after the deletion, with the deleted messages. */
    @Test
    void aGatewayThatLagsDoesNotContinueWhatAnotherDeletesWhileTheBodyArrives() throws Exception {
        ChatCompleted last = sample.turn("one", "Yes.");
        persistence.store(last);
        try (RunningGateway lagging = replica(PATIENCE);
                RawClient client = new RawClient(lagging.port())) {
            client.send("POST /v1/messages HTTP/1.1\r\nhost: x\r\nx-api-key: " + RunningGateway.ACME
                    + "\r\nx-parley-conversation: " + conversation + "\r\nx-parley-history: stored"
                    + "\r\nx-parley-after-generation: " + last.facts().generation() + "\r\ncontent-length: "
                    + QUESTION.length() + "\r\n\r\n{");
            // The turn is unpacked then, which is after the deletions were asked for.
            Gauge heap = lagging.bean(MeterRegistry.class)
                    .get("parley.gateway.requests.heap")
                    .gauge();
            await().atMost(SOON).until(() -> heap.value() > 0);
            stopReadingDeletions(lagging);
            assertThat(hasty.text(hasty.request(path).DELETE()).statusCode()).isEqualTo(202);
            assertThat(client.send(QUESTION.substring(1)).header()).contains(" 503 ");
        }
        assertThat(requests()).isEmpty();
    }

    private static List<Integer> statuses(RunningGateway gateway, List<String> paths) throws Exception {
        List<Integer> statuses = new ArrayList<>();
        for (String read : paths) {
            statuses.add(gateway.text(gateway.request(read)).statusCode());
        }
        return statuses;
    }

    @Test
    void exportsAFile() throws Exception {
        for (int i = 0; i < 12; i++) {
            persistence.store(sample.turn("Question " + i, "Yes."));
        }
        HttpResponse<String> markdown = gateway.text(gateway.request(path + "/export"));
        assertThat(markdown.statusCode()).isEqualTo(200);
        assertThat(markdown.headers().firstValue("content-type")).contains("text/markdown;charset=UTF-8");
        assertThat(markdown.headers().firstValue("content-disposition").orElse(""))
                .startsWith("attachment;")
                .contains("Question-0.md");
        assertThat(markdown.body()).startsWith("# Question 0\n").contains("Question 11");
        JsonNode json = json(gateway.text(gateway.request(path + "/export?format=json")));
        assertThat(json.path("turns")).hasSize(12);
    }

    /** It is larger than what is buffered for its reader. */
    @Test
    void anExportTakesFromTheHeapOfRequestsUntilItsReaderHasLeft() throws Exception {
        persistence.store(sample.turn("x".repeat(8_000_000), "Yes."));
        Gauge heap = gateway.bean(MeterRegistry.class)
                .get("parley.gateway.requests.heap")
                .gauge();
        try (RawClient reader = RawClient.slow(gateway.port())
                .send("GET " + path + "/export HTTP/1.1\r\nhost: x\r\nx-api-key: " + RunningGateway.ACME
                        + "\r\n\r\n")) {
            assertThat(reader.header()).contains(" 200 ");
            assertThat(heap.value()).isPositive();
        }
        await().atMost(SOON).until(() -> heap.value() == 0);
    }

    /** It is chunked to others, because its length is not known. */
    @Test
    void exportsToAClientOfHttp10() throws Exception {
        persistence.store(sample.turn("one", "Yes."));
        try (RawClient client = new RawClient(gateway.port())
                .send("GET " + path + "/export HTTP/1.0\r\nx-api-key: " + RunningGateway.ACME + "\r\n\r\n")) {
            assertThat(client.header()).contains(" 200 ").doesNotContainIgnoringCase("transfer-encoding");
            assertThat(client.rest())
                    .isEqualTo(gateway.text(gateway.request(path + "/export")).body());
        }
    }

    @ParameterizedTest
    @CsvSource({
        "GET, '', 404",
        "GET, /export, 404",
        "PATCH, '', 404",
        "DELETE, '', 202",
    })
    void aConversationOfAnotherTenantIsNotFound(String method, String below, int status) throws Exception {
        persistence.store(sample.turn("one", "Yes."));
        HttpRequest.Builder request = HttpRequest.newBuilder(
                        hasty.request(path + below).build().uri())
                .header("x-api-key", RunningGateway.OTHER)
                .method(method, BodyPublishers.ofString("{\"title\":\"Mine\"}"));
        assertThat(hasty.text(request).statusCode()).isEqualTo(status);
        assertThat(hasty.text(hasty.request(path)).statusCode()).isEqualTo(200);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "{",
                "[]",
                "{}",
                "{\"title\":7}",
                "{\"title\":\" \"}",
                "{\"title\":\"two\\nlines\"}",
                "{\"title\":\"123456789012345678901234567890123456789012345678901234567890123456789012345678901\"}"
            })
    void rejectsInvalidTitles(String body) throws Exception {
        HttpResponse<String> refused = gateway.text(patch(path, body));
        assertThat(refused.statusCode()).isEqualTo(400);
        assertThat(json(refused).at("/error/type").stringValue()).isEqualTo("invalid_request_error");
    }

    @ParameterizedTest
    @CsvSource({
        "GET, ?order=newest, 400",
        "GET, ?after=nonsense, 400",
        "GET, /export?format=pdf, 400",
        "PUT, '', 405",
        "POST, /export, 405",
    })
    void rejectsUnsupportedParametersAndMethods(String method, String below, int status) throws Exception {
        HttpRequest.Builder request = gateway.request(path + below).method(method, BodyPublishers.noBody());
        assertThat(gateway.text(request).statusCode()).isEqualTo(status);
    }

    @Test
    void suppliesTheHistoryFromTheTable() throws Exception {
        persistence.store(sample.turn("one", "Yes."));
        persistence.store(sample.turn("two", "No."));
        persistence.commit();
        assertThat(sent("stored")).containsExactly("one", "Yes.", "two", "No.", "next");
    }

    @Test
    void suppliesTurnsThatAreOnlyOnTheLog() throws Exception {
        persistence.store(sample.turn("one", "Yes."));
        persistence.commit();
        ChatCompleted second = sample.turn("two", "No.");
        persistence.publish(second);
        assertThat(sent("stored")).containsExactly("one", "Yes.", "two", "No.", "next");
        persistence.store(second);
        assertThat(sent("stored", second.facts().generation().value()))
                .containsExactly("one", "Yes.", "two", "No.", "next");
    }

    /** As of a replica of inference-service that died before it committed: a reader of committed records stops there. */
    @Test
    void failsWithoutATurnBehindAnOpenTransaction() throws Exception {
        persistence.store(sample.turn("one", "Yes."));
        persistence.commit();
        try (var other = KAFKA.producer(Map.of("transactional.id", conversation.value()))) {
            other.initTransactions();
            other.beginTransaction();
            other.send(new ProducerRecord<>(Topics.TURNS.name(), partition(conversation), "conv_other", new byte[0]))
                    .get();
            persistence.publish(sample.turn("two", "No."));
            HttpResponse<String> refused =
                    hasty.begin(question(hasty, "stored")).get(SOON.toSeconds(), TimeUnit.SECONDS);
            assertThat(refused.statusCode()).isEqualTo(503);
            assertThat(refused.headers().firstValue("retry-after")).isPresent();
            assertThat(refused.body()).contains("last turn");
            other.abortTransaction();
        }
        assertThat(sent("stored")).containsExactly("one", "Yes.", "two", "No.", "next");
    }

    /** The partition of {@code chat.turns} with the turns of a conversation. */
    private static int partition(ConversationId conversation) {
        return BuiltInPartitioner.partitionForKey(conversation.value().getBytes(UTF_8), Topics.TURNS.partitions());
    }

    /** Those of other conversations are fetched too. */
    @Test
    void countsTurnsOfTheLogBeforeTheyAreKept() throws Exception {
        ConversationId other = Stream.generate(() -> new ConversationId("conv_" + UUID.randomUUID()))
                .limit(1_000)
                .filter(id -> partition(id) == partition(conversation))
                .findFirst()
                .orElseThrow();
        persistence.commit();
        ChatCompleted turn = new SampleConversation(other, Instant.now()).turn("x".repeat(100_000), "Yes.");
        persistence.publish(turn);
        ConversationName name = new ConversationName(SampleConversation.ACME, conversation);
        StoredHistories histories = gateway.bean(StoredHistories.class);
        assertThatThrownBy(() -> histories.read(name, Optional.empty(), bytes -> {
                    assertThat(bytes).isGreaterThan(TurnCodec.encode(turn).value().length);
                    throw new IllegalStateException("no heap");
                }))
                .hasMessage("no heap");
        assertThat(sent("stored")).as("with heap").containsExactly("next");
    }

    @Test
    void waitsForTheTurnNamedByTheClient() throws Exception {
        ChatCompleted named = sample.turn("one", "Yes.");
        CompletableFuture<Void> late = CompletableFuture.runAsync(
                () -> {
                    try {
                        persistence.publish(named);
                    } catch (Exception e) {
                        throw new IllegalStateException(e);
                    }
                },
                CompletableFuture.delayedExecutor(700, TimeUnit.MILLISECONDS));
        assertThat(sent("stored", named.facts().generation().value())).containsExactly("one", "Yes.", "next");
        late.join();
    }

    /** Such as of two tabs of one conversation: the later turn does not contain the named one. */
    @Test
    void endsWithTheTurnNamedByTheClient() throws Exception {
        SampleConversation other =
                new SampleConversation(conversation, Instant.now().minusSeconds(50));
        ChatCompleted named = sample.turn("one", "Yes.");
        ChatCompleted later = other.turn("two", "No.");
        String after = named.facts().generation().value();
        persistence.publish(named);
        persistence.publish(later);
        assertThat(sent("stored", after)).as("of the log").containsExactly("one", "Yes.", "next");
        assertThat(sent("stored")).containsExactly("two", "No.", "next");

        persistence.store(named);
        assertThat(sent("stored", after)).as("of the table").containsExactly("one", "Yes.", "next");
        persistence.store(later);
        persistence.commit();
        assertThat(sent("stored", after)).containsExactly("one", "Yes.", "next");
        assertThat(sent("stored")).containsExactly("two", "No.", "next");
    }

    @Test
    void endsWithTheNewestCompletedTurnIfTheNamedOneFailed() throws Exception {
        ChatCompleted first = sample.turn("one", "Yes.");
        ChatFailed failed = failed(sample.turn("two", ""));
        String after = failed.facts().generation().value();
        persistence.publish(first);
        persistence.publish(failed);
        assertThat(sent("stored", after)).as("of the log").containsExactly("one", "Yes.", "next");
        persistence.store(first);
        persistence.store(failed);
        persistence.commit();
        assertThat(sent("stored", after)).as("of the table").containsExactly("one", "Yes.", "next");
    }

    /** The newest one of the table is an earlier one. */
    @Test
    void endsWithTheNewestTurnOfTheLogIfTheTableHasTheNamedOneAndItFailed() throws Exception {
        ChatCompleted first = sample.turn("one", "Yes.");
        ChatFailed failed = failed(sample.turn("two", ""));
        persistence.store(first);
        persistence.store(failed);
        persistence.commit();
        persistence.publish(sample.turn("three", "No."));
        assertThat(sent("stored", failed.facts().generation().value())).contains("three", "No.");
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aDeletedTurnNamedByTheClientDoesNotHideALaterOne(boolean tableHasTheDeletion) throws Exception {
        ChatCompleted named = sample.turn("one", "Yes.");
        ChatCompleted later = new SampleConversation(conversation, Instant.now().minusSeconds(10)).turn("two", "No.");
        ConversationDeleted deleted = new ConversationDeleted(
                new RequestId("req_1"),
                SampleConversation.ACME,
                conversation,
                Instant.now().minusSeconds(50),
                TRACE);
        if (tableHasTheDeletion) {
            persistence.store(deleted);
            persistence.commit();
            persistence.publish(named);
        } else {
            persistence.publish(named);
            persistence.publish(ChangeCodec.encode(deleted));
        }
        persistence.publish(later);
        assertThat(sent("stored", named.facts().generation().value())).containsExactly("two", "No.", "next");
    }

    private static ChatFailed failed(ChatCompleted turn) {
        return new ChatFailed(
                turn.facts(), TurnCodec.MAPPER.createObjectNode(), new Turn.Failure(500, "api_error", "no"));
    }

    @Test
    void failsWithoutTheTurnNamedByTheClient() throws Exception {
        persistence.store(sample.turn("one", "Yes."));
        String missing = RunningGateway.IDS
                .next(Clock.systemUTC(), 0, SampleConversation.ACME, AnswerFormat.MESSAGES, Optional.empty())
                .value();
        HttpResponse<String> refused = hasty.text(question(hasty, "stored", missing));
        assertThat(refused.statusCode()).isEqualTo(503);
        assertThat(refused.headers().firstValue("retry-after")).isPresent();
        assertThat(refused.body()).contains("last turn");
    }

    @Test
    void rejectsATurnThatCanNoLongerArrive() throws Exception {
        assertRejectsAfter(tooLongAgo().value());
    }

    /** As after its transaction was aborted by hand, or when its turn is in {@code chat.turns.dead}. */
    @Test
    void suppliesTheHistoryWithoutAnAnswerWhoseTurnCanNoLongerArrive() throws Exception {
        persistence.store(sample.turn("one", "Yes."));
        persistence.commit();
        gateway.bean(RecentAnswers.class)
                .ended(new ConversationName(SampleConversation.ACME, conversation), tooLongAgo());
        assertThat(sent("stored")).containsExactly("one", "Yes.", "next");
    }

    private static GenerationId tooLongAgo() {
        Clock past = Clock.offset(Clock.systemUTC(), Duration.ofMinutes(-31));
        return RunningGateway.IDS.next(past, 0, SampleConversation.ACME, AnswerFormat.MESSAGES, Optional.empty());
    }

    @Test
    void rejectsAnAnswerThatThisGatewayDeliveredInAnotherConversation() throws Exception {
        GenerationId other = RunningGateway.IDS.next(
                Clock.systemUTC(), 0, SampleConversation.ACME, AnswerFormat.MESSAGES, Optional.empty());
        gateway.bean(RecentAnswers.class)
                .ended(new ConversationName(SampleConversation.ACME, new ConversationId("conv_other")), other);
        assertRejectsAfter(other.value());
    }

    private void assertRejectsAfter(String generation) throws Exception {
        HttpResponse<String> refused = gateway.text(question("stored", generation));
        assertThat(refused.statusCode()).isEqualTo(400);
        assertThat(refused.headers().firstValue("retry-after")).isEmpty();
        assertThat(json(refused).at("/error/message").stringValue()).startsWith("x-parley-after-generation: ");
    }

    @Test
    void aDeletedConversationStartsEmptyBeforeTheTableIsUpdated() throws Exception {
        ChatCompleted last = sample.turn("one", "Yes.");
        persistence.store(last);
        persistence.commit();
        persistence.publish(ChangeCodec.encode(new ConversationDeleted(
                new RequestId("req_1"), SampleConversation.ACME, conversation, Instant.now(), TRACE)));
        assertThat(sent("stored")).containsExactly("next");
    }

    @Test
    void suppliesTheFirstTurnAfterADeletionWhileItIsStored() throws Exception {
        persistence.store(sample.turn("old", "Yes."));
        persistence.store(new ConversationDeleted(
                new RequestId("req_1"),
                SampleConversation.ACME,
                conversation,
                Instant.now().minusSeconds(50),
                TRACE));
        persistence.commit();
        ChatCompleted first = new SampleConversation(conversation, Instant.now().minusSeconds(10)).turn("one", "Yes.");
        persistence.publish(first);
        persistence.storeHead(first);
        assertThat(sent("stored", first.facts().generation().value())).containsExactly("one", "Yes.", "next");
    }

    @Test
    void anUnknownConversationStartsEmpty() throws Exception {
        assertThat(sent("stored")).containsExactly("next");
    }

    @Test
    void rejectsAHistoryThatIsTooLarge() throws Exception {
        persistence.store(sample.turn("x".repeat(70_000), "Yes."));
        HttpResponse<String> refused = gateway.text(question("stored"));
        assertThat(refused.statusCode()).isEqualTo(413);
        assertThat(json(refused).at("/error/type").stringValue()).isEqualTo("request_too_large");
    }

    /** Sends a question; returns the contents of the messages in the resulting request on the log. */
    private List<String> sent(String... history) throws Exception {
        int before = requests().size();
        CompletableFuture<HttpResponse<String>> answer = gateway.begin(question(history));
        List<ChatRequested> events = new ArrayList<>();
        await().atMost(SOON).until(() -> {
            assertThat(answer.isCompletedExceptionally()).isFalse();
            List<ChatRequested> now = requests();
            events.clear();
            events.addAll(now);
            return now.size() > before;
        });
        answer.cancel(true);
        JsonNode request = TurnCodec.MAPPER.readTree(events.getLast().request());
        return request.path("messages")
                .valueStream()
                .map(message -> message.path("content").isString()
                        ? message.path("content").stringValue()
                        : message.at("/content/0/text").stringValue())
                .toList();
    }

    private HttpRequest.Builder question(String... history) {
        return question(gateway, history);
    }

    private HttpRequest.Builder question(RunningGateway at, String... history) {
        HttpRequest.Builder question = at.request("/v1/messages")
                .header("x-parley-conversation", conversation.value())
                .header("x-parley-history", history[0])
                .POST(BodyPublishers.ofString(QUESTION));
        return history.length > 1 ? question.header("x-parley-after-generation", history[1]) : question;
    }

    private List<ChatRequested> requests() {
        return requestLog.all().stream()
                .map(event -> RequestCodec.decodeChatRequested(event.headers(), event.value()))
                .filter(event -> event.conversation().equals(conversation))
                .toList();
    }

    /** The first event of the conversation; waits for it. */
    private ConversationEvent changed() {
        return await().atMost(SOON)
                .until(this::changes, events -> !events.isEmpty())
                .getFirst();
    }

    private List<ConversationEvent> changes() {
        return turnLog.all().stream()
                .filter(event -> ChangeCodec.carries(event.headers()))
                .map(event -> ChangeCodec.decode(event.headers(), event.value()))
                .filter(ConversationEvent.class::isInstance)
                .map(ConversationEvent.class::cast)
                .filter(event -> event.conversation().equals(conversation))
                .toList();
    }

    private static HttpRequest.Builder patch(String path, String body) {
        return patch(gateway, path, body);
    }

    private static HttpRequest.Builder patch(RunningGateway at, String path, String body) {
        return at.request(path).method("PATCH", BodyPublishers.ofByteArray(body.getBytes(UTF_8)));
    }

    private static HttpRequest.Builder delete(String path) {
        return gateway.request(path).DELETE();
    }

    private static JsonNode json(HttpResponse<String> response) {
        return TurnCodec.MAPPER.readTree(response.body());
    }
}
