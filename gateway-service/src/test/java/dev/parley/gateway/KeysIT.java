package dev.parley.gateway;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;
import static org.awaitility.Awaitility.await;

import dev.parley.contracts.Sha256;
import dev.parley.contracts.event.AnswerEvicted;
import dev.parley.contracts.event.ChangeCodec;
import dev.parley.contracts.event.CloudEvent;
import dev.parley.contracts.event.EventHeaders;
import dev.parley.contracts.event.TurnCodec;
import dev.parley.contracts.id.GenerationId;
import dev.parley.contracts.id.KeyId;
import dev.parley.contracts.key.KeyChanged;
import dev.parley.contracts.key.KeyChanged.Change;
import dev.parley.contracts.key.KeyChanged.Result;
import dev.parley.contracts.key.KeyCodec;
import dev.parley.contracts.key.KeyIssued;
import dev.parley.contracts.topic.Topics;
import dev.parley.gateway.answer.OpenAnswers;
import dev.parley.gateway.session.IssuedKeys;
import dev.parley.localstack.LocalKafka;
import dev.parley.localstack.TopicLog;
import io.micrometer.core.instrument.MeterRegistry;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Issued, changed and revoked keys, on two gateways with one log and without Redis. */
class KeysIT {
    private static final String ADMIN = "the-admin-key";
    private static final String ANNA = "the-admin-key-of-anna";
    private static final String BEN = "the-admin-key-of-ben";
    private static final String UNKNOWN_GENERATION = "/v1/generations/gen_00000000000000000000000000000000";

    private static final LocalKafka KAFKA = LocalKafka.shared();

    private static RunningGateway gateway;
    private static RunningGateway other;

    @BeforeAll
    static void start() throws Exception {
        gateway = gateway(Sha256.of(ADMIN), "anna=" + Sha256.of(ANNA) + ", ben=" + Sha256.of(BEN));
        other = gateway("", "");
    }

    private static RunningGateway gateway(String adminKeySha256, String administrators) throws Exception {
        return RunningGateway.start(
                KAFKA.bootstrapServers(),
                "--parley.gateway.session.admin-key-sha256=" + adminKeySha256,
                "--parley.gateway.session.administrators=" + administrators,
                "--parley.gateway.wrong-keys.free-per-minute=1000",
                "--parley.gateway.redis.url=redis://127.0.0.1:1");
    }

    @AfterAll
    static void stop() {
        other.close();
        gateway.close();
    }

    @Test
    void publishesTheEvictionOfAnAnswerForTheAdminKeyOnly() throws Exception {
        GenerationId generation = GenerationId.unsigned(Clock.systemUTC(), 1);

        assertThat(evict(gateway, generation.value(), "another").statusCode()).isEqualTo(401);
        assertThat(evict(other, generation.value(), ADMIN).statusCode()).isEqualTo(404);
        HttpResponse<String> unknown = evict(gateway, "gen_1", ADMIN);
        assertThat(unknown.statusCode()).isEqualTo(400);
        assertThat(unknown.body()).contains("generation: ");
        assertThat(evictions(generation)).isEmpty();

        HttpResponse<String> evicted = evict(gateway, generation.value(), ANNA);
        assertThat(evicted.statusCode()).isEqualTo(202);
        assertThat(evicted.body()).contains(generation.value(), "\"type\":\"cache_eviction\"");
        assertThat(evictions(generation)).singleElement().satisfies(event -> {
            assertThat(event.actor()).isEqualTo("anna");
            assertThat(event.request().value())
                    .isEqualTo(evicted.headers().firstValue("request-id").orElseThrow());
        });
    }

    private static HttpResponse<String> evict(RunningGateway gateway, String generation, String key) throws Exception {
        return gateway.text(gateway.request("/v1/cache/" + generation)
                .setHeader("x-api-key", key)
                .DELETE());
    }

    private static List<AnswerEvicted> evictions(GenerationId generation) {
        try (TopicLog turns = new TopicLog(KAFKA.bootstrapServers(), Topics.TURNS)) {
            return turns.all().stream()
                    .filter(event -> ChangeCodec.carries(event.headers()))
                    .map(event -> ChangeCodec.decode(event.headers(), event.value()))
                    .filter(AnswerEvicted.class::isInstance)
                    .map(AnswerEvicted.class::cast)
                    .filter(event -> event.generation().equals(generation))
                    .toList();
        }
    }

    @Test
    void aNewKeyIsValidAtOnceAndSoonOnOtherGateways() throws Exception {
        JsonNode key = created("{'tenant':'acme','name':'web','limits':{'requests_per_minute':60}}");
        assertThat(key.path("id").stringValue()).startsWith("key_");
        assertThat(key.at("/limits/requests_per_minute").intValue()).isEqualTo(60);
        assertThat(status(gateway, secret(key))).isEqualTo(404);
        await().atMost(Duration.ofSeconds(5)).until(() -> status(other, secret(key)) == 404);
    }

    @ParameterizedTest
    @CsvSource({
        "PUT, /admin/keys, 'GET,POST'",
        "DELETE, /admin/keys, 'GET,POST'",
        "PUT, /admin/keys/key_1, 'DELETE,GET,PATCH'",
        "GET, /admin/keys/key_1/rotate, POST"
    })
    void namesTheMethodsOfAnAddress(String method, String path, String allowed) throws Exception {
        HttpResponse<String> response = admin(method, path, "");
        assertThat(response.statusCode()).isEqualTo(405);
        assertThat(response.headers().firstValue("allow").orElseThrow().split(","))
                .containsExactlyInAnyOrder(allowed.split(","));
    }

    @Test
    void aRevokedKeyIsInvalidEverywhereWithinFiveSeconds() throws Exception {
        JsonNode key = created("{'tenant':'acme','name':'web'}");
        await().atMost(Duration.ofSeconds(30)).until(() -> status(other, secret(key)) == 404);

        assertThat(admin("DELETE", "/admin/keys/" + key.path("id").stringValue(), "")
                        .statusCode())
                .isEqualTo(200);

        assertThat(status(gateway, secret(key))).isEqualTo(401);
        await().atMost(Duration.ofSeconds(5)).until(() -> status(other, secret(key)) == 401);
        assertThat(admin("DELETE", "/admin/keys/" + key.path("id").stringValue(), "")
                        .statusCode())
                .isEqualTo(404);
    }

    @Test
    void anExpiredKeyIsInvalidEverywhereUntilItIsExtended() throws Exception {
        Instant end = Instant.now().plusSeconds(3).truncatedTo(ChronoUnit.MILLIS);
        JsonNode key = created("{'tenant':'acme','name':'web','expires_at':'" + end + "'}");
        assertThat(key.path("expires_at").stringValue()).isEqualTo(end.toString());
        String path = "/admin/keys/" + key.path("id").stringValue();

        for (RunningGateway of : List.of(gateway, other)) {
            await().atMost(Duration.ofSeconds(20)).untilAsserted(() -> {
                HttpResponse<String> refused = of.text(of.request("/v1/models").setHeader("x-api-key", secret(key)));
                assertThat(refused.statusCode()).isEqualTo(401);
                JsonNode error = json(refused).path("error");
                assertThat(error.path("type").stringValue()).isEqualTo("authentication_error");
                assertThat(error.path("message").stringValue())
                        .isEqualTo("This API key has expired: it was valid until " + end + ".");
            });
        }
        HttpResponse<String> inOpenAiFormat = gateway.text(gateway.request("/v1/chat/completions")
                .setHeader("x-api-key", secret(key))
                .header("content-type", "application/json")
                .POST(BodyPublishers.ofString("{}")));
        assertThat(inOpenAiFormat.statusCode()).isEqualTo(401);
        assertThat(json(inOpenAiFormat).at("/error/code").stringValue()).isEqualTo("invalid_api_key");
        assertThat(json(inOpenAiFormat).at("/error/message").stringValue())
                .startsWith("Incorrect API key provided: This API key has expired: ");

        assertThat(json(admin("PATCH", path, "{\"name\":\"phone\"}"))
                        .path("expires_at")
                        .stringValue())
                .isEqualTo(end.toString());
        assertThat(status(gateway, secret(key))).isEqualTo(401);
        assertThat(json(admin("PATCH", path, "{\"expires_at\":null}")).has("expires_at"))
                .isFalse();
        assertThat(status(gateway, secret(key))).isEqualTo(404);
        await().atMost(Duration.ofSeconds(5)).until(() -> status(other, secret(key)) == 404);
    }

    @Test
    void countsTheKeysThatExpireSoon() throws Exception {
        JsonNode key = created(
                "{'tenant':'acme','name':'web','expires_at':'" + Instant.now().plus(Duration.ofDays(20)) + "'}");
        assertThat(expiring()).isZero();
        // Its life is measured from its creation, so that only a key that was valid for longer is counted.
        admin(
                "PATCH",
                "/admin/keys/" + key.path("id").stringValue(),
                "{\"expires_at\":\"" + Instant.now().plus(Duration.ofDays(14)).plusSeconds(2) + "\"}");
        await().atMost(Duration.ofSeconds(20)).until(() -> expiring() == 1);
        admin("DELETE", "/admin/keys/" + key.path("id").stringValue(), "");
        assertThat(expiring()).isZero();
    }

    private static double expiring() {
        return gateway.bean(MeterRegistry.class)
                .get("parley.keys.expiring")
                .gauge()
                .value();
    }

    @Test
    void rotationInvalidatesTheOldSecretAfterTheOverlap() throws Exception {
        JsonNode key = created("{'tenant':'acme','name':'web'}");
        String path = "/admin/keys/" + key.path("id").stringValue() + "/rotate";
        JsonNode withOverlap = json(admin("POST", path + "?overlap=PT1H", ""));
        assertThat(status(gateway, secret(key))).isEqualTo(404);
        assertThat(status(gateway, secret(withOverlap))).isEqualTo(404);
        JsonNode repeated = json(admin("POST", path + "?overlap=PT1H", ""));
        assertThat(status(gateway, secret(key))).isEqualTo(404);
        assertThat(status(gateway, secret(withOverlap))).isEqualTo(404);
        assertThat(repeated.path("earlier_until")).containsExactly(withOverlap.path("previous_until"));
        JsonNode withoutOverlap = json(admin("POST", path, ""));
        for (JsonNode replaced : List.of(key, withOverlap, repeated)) {
            assertThat(status(gateway, secret(replaced))).isEqualTo(401);
        }
        assertThat(status(gateway, secret(withoutOverlap))).isEqualTo(404);
        assertThat(admin("POST", path + "?overlap=P1000D", "").statusCode()).isEqualTo(400);
    }

    /** Without an overlap, the secret that clients have ends at once. */
    @ParameterizedTest
    @CsvSource({
        "?overlp=PT1H, '', overlp: Extra inputs are not permitted",
        "?overlap=PT1H&overlap=PT2H, '', overlap: Input should be given once",
        "'', '{\"overlap\":\"PT1H\"}', A rotation has no body",
        "'', overlap=PT1H, A rotation has no body",
    })
    void aRotationWithAMisplacedOverlapIsRefused(String query, String body, String message) throws Exception {
        JsonNode key = created("{'tenant':'acme','name':'web'}");
        String path = "/admin/keys/" + key.path("id").stringValue() + "/rotate";
        HttpResponse<String> response = admin("POST", path + query, body);
        assertThat(response.statusCode()).isEqualTo(400);
        assertThat(json(response).at("/error/message").stringValue()).startsWith(message);
        assertThat(status(gateway, secret(key))).isEqualTo(404);
    }

    @Test
    void aPatchChangesOnlyTheNamedMembers() throws Exception {
        JsonNode key = created(
                "{'tenant':'acme','name':'web','limits':{'models':['claude-haiku'],'usd_per_day':0.001,'open_streams':5}}");
        String path = "/admin/keys/" + key.path("id").stringValue();
        assertThat(chat(secret(key), "claude-opus-4-1").statusCode()).isEqualTo(404);

        var response = admin(
                "PATCH",
                path,
                "{\"name\":\"phone\",\"limits\":{\"models\":null,\"usd_per_day\":0.002,\"open_streams\":null}}");
        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        JsonNode changed = json(response);
        assertThat(changed.path("name").stringValue()).isEqualTo("phone");
        assertThat(changed.path("limits").toString()).isEqualTo("{\"models\":[],\"usd_per_day\":0.002}");
        assertThat(changed.has("key")).as("the secret").isFalse();
        assertThat(changed.path("created_at")).isEqualTo(key.path("created_at"));

        var refused = chat(secret(key), "claude-opus-4-1");
        assertThat(refused.statusCode()).isEqualTo(429);
        assertThat(refused.body()).contains("budget of $0.002 a day");
        await().atMost(Duration.ofSeconds(5))
                .until(() -> models(other, secret(key)).contains("claude-opus"));
        assertThat(json(admin("PATCH", path, "{\"limits\":null}"))
                        .path("limits")
                        .toString())
                .isEqualTo("{\"models\":[]}");
    }

    @Test
    void aChangeKeepsBothSecretsOfARotation() throws Exception {
        JsonNode key = created("{'tenant':'acme','name':'web'}");
        String path = "/admin/keys/" + key.path("id").stringValue();
        JsonNode rotated = json(admin("POST", path + "/rotate?overlap=PT1H", ""));
        assertThat(admin("PATCH", path, "{\"limits\":{\"open_streams\":5}}").statusCode())
                .isEqualTo(200);
        assertThat(status(gateway, secret(key))).isEqualTo(404);
        assertThat(status(gateway, secret(rotated))).isEqualTo(404);
    }

    @Test
    void auditEventsNameTheAdministratorAndContainNoSecret() throws Exception {
        JsonNode key = json(admin(
                ANNA,
                "POST",
                "/admin/keys",
                "{\"tenant\":\"acme\",\"name\":\"audited\",\"limits\":{\"open_streams\":5}}"));
        String path = "/admin/keys/" + key.path("id").stringValue();
        admin(BEN, "PATCH", path, "{\"name\":\"phone\"}");
        admin(ADMIN, "POST", path + "/rotate", "");
        HttpResponse<String> revoked = admin(BEN, "DELETE", path, "");

        List<ConsumerRecord<String, byte[]>> records = audit(key.path("id").stringValue());
        List<KeyChanged> changes = records.stream()
                .map(event -> TurnCodec.MAPPER.readValue(event.value(), KeyChanged.class))
                .toList();
        String unnamed = "admin-" + Sha256.of(ADMIN).substring(0, 12);
        assertThat(changes)
                .extracting(KeyChanged::actor, KeyChanged::change, KeyChanged::result)
                .containsExactly(
                        tuple("anna", Change.CREATED, Optional.empty()),
                        tuple("anna", Change.CREATED, Optional.of(Result.APPLIED)),
                        tuple("ben", Change.UPDATED, Optional.empty()),
                        tuple("ben", Change.UPDATED, Optional.of(Result.APPLIED)),
                        tuple(unnamed, Change.ROTATED, Optional.empty()),
                        tuple(unnamed, Change.ROTATED, Optional.of(Result.APPLIED)),
                        tuple("ben", Change.REVOKED, Optional.empty()),
                        tuple("ben", Change.REVOKED, Optional.of(Result.APPLIED)));
        assertThat(changes).allSatisfy(change -> {
            assertThat(change.address()).hasValue("127.0.0.1");
            assertThat(change.tenant().value()).isEqualTo("acme");
        });
        assertThat(changes.getFirst().limits().orElseThrow().openStreams()).hasValue(5L);
        assertThat(changes.getLast().request())
                .isEqualTo(revoked.headers().firstValue("request-id").orElseThrow());
        assertThat(records.stream().map(ConsumerRecord::key).distinct())
                .as("one for each request, so that compaction keeps the last event of each")
                .hasSize(4);
        assertThat(records).extracting(KeysIT::eventId).doesNotHaveDuplicates();
        assertThat(records)
                .allSatisfy(event -> assertThat(new String(event.value(), UTF_8))
                        .doesNotContain(secret(key), Sha256.of(secret(key)), "sha256", ANNA, Sha256.of(ANNA)));
    }

    private static String eventId(ConsumerRecord<String, byte[]> event) {
        return new EventHeaders(event.headers()).require(CloudEvent.ID);
    }

    private static List<ConsumerRecord<String, byte[]>> audit(String id) {
        try (TopicLog keys = new TopicLog(KAFKA.bootstrapServers(), Topics.KEYS)) {
            return keys.all().stream()
                    .filter(event -> KeyCodec.isForAuditors(event.headers())
                            && event.key().startsWith(id + "/"))
                    .toList();
        }
    }

    /** Older gateways accepted budgets without a lower bound. */
    @Test
    void aStoredBudgetBelowTheMinimumIsRaisedAndCanBeChanged() throws Exception {
        JsonNode key = created("{'tenant':'acme','name':'old','limits':{'usd_per_day':1}}");
        String id = key.path("id").stringValue();
        try (var producer = KAFKA.producer()) {
            KeyIssued issued =
                    gateway.bean(IssuedKeys.class).valid(new KeyId(id)).orElseThrow();
            ProducerRecord<String, byte[]> event = KeyCodec.encode(issued.withVersion(Optional.empty()));
            String value =
                    new String(event.value(), UTF_8).replace("\"usd_per_day\":1", "\"usd_per_day\":1E-999999999");
            assertThat(value).contains("1E-999999999");
            producer.send(new ProducerRecord<>(
                            event.topic(), null, event.key(), value.getBytes(UTF_8), event.headers()))
                    .get();
        }

        await().atMost(Duration.ofSeconds(10))
                .until(() -> chat(secret(key), "claude-opus-4-1").body().contains("budget of $0.000001 a day"));
        assertThat(chat(secret(key), "claude-opus-4-1").statusCode()).isEqualTo(429);
        assertThat(admin("GET", "/admin/keys", "").statusCode()).isEqualTo(200);
        assertThat(admin("PATCH", "/admin/keys/" + id, "{\"name\":\"new\"}").statusCode())
                .isEqualTo(200);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "from=2020-01-01 | from, to: Input should be days from",
                "from=yesterday | from: Input should be a UTC day such as",
                "to=2999-01-01 | from, to: Input should be days from",
                "tenant=No | tenant: Input should be a tenant",
                "key=none | key: Input should be the id of a key",
                "group_by=day,hour | group_by: Input should be some of day, tenant, key and model, separated by commas",
                "limit=0 | limit: Input should be a whole number from 1 to 10000",
                "limit=all | limit: Input should be a whole number from 1 to 10000",
                "tenat=acme | tenat: Extra inputs are not permitted",
                "model=a&model=b | model: Input should be given once",
            })
    void rejectsInvalidParametersOfTheUsage(String query, String message) throws Exception {
        HttpResponse<String> response = admin("GET", "/admin/usage?" + query, "");
        assertThat(response.statusCode()).isEqualTo(400);
        assertThat(json(response).at("/error/message").stringValue()).startsWith(message);
    }

    @Test
    void theUsageOfAllIsForOperators() throws Exception {
        assertThat(gateway.text(gateway.request("/admin/usage")).statusCode()).isEqualTo(401);
        assertThat(other.text(other.request("/admin/usage").setHeader("x-api-key", ADMIN))
                        .statusCode())
                .as("without a configured admin key")
                .isEqualTo(404);
        created("{'tenant':'acme','name':'web'}");
        HttpResponse<String> withoutRedis = admin("GET", "/admin/usage", "");
        assertThat(withoutRedis.statusCode()).isEqualTo(503);
        assertThat(withoutRedis.body()).contains("The usage cannot be read at the moment.");
    }

    @Test
    void boundsTheSizeOfAKeyRequest() throws Exception {
        String models = "\"claude\",".repeat(20_000);
        String body = "{\"tenant\":\"acme\",\"name\":\"web\",\"limits\":{\"models\":[" + models + "\"m\"]}}";
        assertThat(admin("POST", "/admin/keys", body).statusCode()).isEqualTo(413);
    }

    @Test
    void aRevokedKeyCannotBeChanged() throws Exception {
        JsonNode key = created("{'tenant':'acme','name':'web'}");
        String path = "/admin/keys/" + key.path("id").stringValue();
        assertThat(admin("DELETE", path, "").statusCode()).isEqualTo(200);
        assertThat(admin("PATCH", path, "{\"name\":\"phone\"}").statusCode()).isEqualTo(404);
        assertThat(status(gateway, secret(key))).isEqualTo(401);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "[]",
                "{'name':''}",
                "{'limits':{'requests_per_minute':0}}",
                "{'limits':5}",
                "{'on_disconnect':'perhaps'}",
            })
    void rejectsInvalidChangesOfAKey(String body) throws Exception {
        String path = "/admin/keys/"
                + created("{'tenant':'acme','name':'web'}").path("id").stringValue();
        var response = admin("PATCH", path, body.replace('\'', '"'));
        assertThat(response.statusCode()).as(response.body()).isEqualTo(400);
        assertThat(json(response).at("/error/type").stringValue()).isEqualTo("invalid_request_error");
    }

    @Test
    void listsOnlyTheModelsThatAKeyMayUse() throws Exception {
        JsonNode key = created("{'tenant':'acme','name':'web','limits':{'models':['claude-haiku']}}");
        assertThat(models(gateway, RunningGateway.ACME)).contains("claude-opus", "claude-haiku");
        assertThat(models(gateway, secret(key))).contains("claude-haiku").doesNotContain("claude-opus");
        JsonNode budgeted = created("{'tenant':'acme','name':'web','limits':{'usd_per_day':1}}");
        assertThat(models(gateway, secret(budgeted)))
                .as("a budget permits models with a price, which all listed ones have")
                .contains("claude-sonnet-5-5", "claude-opus-5-5");
        assertThat(model("claude-opus-4-5", secret(key)).statusCode()).isEqualTo(404);
    }

    @Test
    void listsTheDatedModelThatAKeyIsLimitedTo() throws Exception {
        String dated = "claude-haiku-4-5-20251001";
        String secret = secret(created("{'tenant':'acme','name':'web','limits':{'models':['" + dated + "']}}"));
        assertThat(modelIds("", secret)).containsExactly(dated);
        assertThat(model(dated, secret).statusCode()).isEqualTo(200);
        assertThat(json(model(dated, secret)).path("id").stringValue()).isEqualTo(dated);
        for (String other : List.of("claude-haiku-4-5", "claude-haiku-4-5-20991231", "claude-opus-4-5")) {
            assertThat(model(other, secret).statusCode()).as(other).isEqualTo(404);
        }
    }

    private static HttpResponse<String> model(String id, String key) throws Exception {
        return gateway.text(gateway.request("/v1/models/" + id).setHeader("x-api-key", key));
    }

    @Test
    void listsThePageBeforeAModel() throws Exception {
        List<String> all = modelIds("", RunningGateway.ACME);
        assertThat(modelIds("?limit=1&before_id=" + all.getLast(), RunningGateway.ACME))
                .containsExactly(all.get(all.size() - 2));
    }

    private static List<String> modelIds(String page, String key) throws Exception {
        return json(gateway.text(gateway.request("/v1/models" + page).setHeader("x-api-key", key)))
                .path("data")
                .valueStream()
                .map(model -> model.path("id").stringValue())
                .toList();
    }

    private static String models(RunningGateway of, String key) throws Exception {
        return of.text(of.request("/v1/models").setHeader("x-api-key", key)).body();
    }

    @Test
    void theListContainsNoSecret() throws Exception {
        JsonNode key = created("{'tenant':'acme','name':'listed'}");
        String list = admin("GET", "/admin/keys", "").body();
        assertThat(list).contains(key.path("id").stringValue()).doesNotContain(secret(key), "sha256");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "[]",
                "{'tenant':'acme'}",
                "{'tenant':'acme','name':''}",
                "{'tenant':'acme','name':'x','limits':{'requests_per_minute':0}}",
            })
    void rejectsInvalidKeyRequests(String body) throws Exception {
        var response = admin("POST", "/admin/keys", body.replace('\'', '"'));
        assertThat(response.statusCode()).as(response.body()).isEqualTo(400);
        assertThat(response.body()).doesNotContain("dev.parley", "jackson", "java.");
        assertThat(json(response).at("/error/type").stringValue()).isEqualTo("invalid_request_error");
    }

    @ParameterizedTest
    @CsvSource({"wrong", "acme-key"})
    void onlyTheAdminKeyIssuesKeys(String key) throws Exception {
        HttpRequest.Builder request = gateway.request("/admin/keys").setHeader("x-api-key", key);
        assertThat(gateway.text(request).statusCode()).isEqualTo(401);
    }

    @Test
    void countsRequestsForUnknownGenerations() throws Exception {
        var counter = gateway.bean(MeterRegistry.class)
                .counter("parley.gateway.refusals", "resource", "generations", "type", "not_found_error");
        double before = counter.count();
        assertThat(status(gateway, RunningGateway.ACME)).isEqualTo(404);
        assertThat(counter.count()).isEqualTo(before + 1);
    }

    @Test
    void withoutAnAdminKeyTheAdminApiIsNotFound() throws Exception {
        var request = other.request("/admin/keys").setHeader("x-api-key", ADMIN);
        assertThat(other.text(request).statusCode()).isEqualTo(404);
    }

    @Test
    void aModelThatAKeyMayNotUseIsNotFound() throws Exception {
        JsonNode key = created("{'tenant':'acme','name':'web','limits':{'models':['claude-haiku']}}");
        var response = chat(secret(key), "claude-opus-4-1");
        assertThat(response.statusCode()).isEqualTo(404);
        assertThat(json(response).at("/error/type").stringValue()).isEqualTo("not_found_error");
        assertThat(json(response).at("/error/message").stringValue()).isEqualTo("model: claude-opus-4-1");
    }

    @Test
    void aBudgetThatIsTooSmallIsReportedAsNotRetryable() throws Exception {
        JsonNode key = created("{'tenant':'acme','name':'web','limits':{'usd_per_day':0.001}}");
        var response = chat(secret(key), "claude-opus-4-1");
        assertThat(response.statusCode()).isEqualTo(429);
        assertThat(response.headers().firstValue("x-should-retry")).hasValue("false");
        assertThat(response.headers().firstValue("retry-after")).isEmpty();
        assertThat(json(response).at("/error/type").stringValue()).isEqualTo("rate_limit_error");
        assertThat(json(response).at("/error/message").stringValue())
                .startsWith("This key's budget of $0.001 a day leaves $0.0010 until ")
                .containsPattern(" until \\d{4}-\\d\\d-\\d\\dT00:00:0\\dZ, and ");
    }

    @Test
    void anAnswerThatGoesOnWithoutItsClientCountsAsOpen() throws Exception {
        JsonNode key = created("{'tenant':'acme','name':'single','limits':{'open_streams':1}}");
        String conversation = "of-" + key.path("id").stringValue();
        String body = "{\"model\":\"claude-haiku-4-5\",\"max_tokens\":9,\"stream\":true,"
                + "\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]}";
        try (RequestLog requests = new RequestLog(KAFKA.bootstrapServers());
                var producer = KAFKA.producer();
                RawClient client = new RawClient(gateway.port())) {
            client.send("POST /v1/messages HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\nx-api-key: "
                    + secret(key) + "\r\nx-parley-conversation: " + conversation
                    + "\r\nx-parley-on-disconnect: continue\r\ncontent-length: " + body.length() + "\r\n\r\n" + body);
            new AnswerLog(producer, requests.of(conversation).generation()).frames(1);
            assertThat(client.header()).contains(" 200 ");
        }
        await().atMost(Duration.ofSeconds(10))
                .until(() -> gateway.bean(OpenAnswers.class).size() == 0);
        assertThat(chat(secret(key), "claude-haiku-4-5").body())
                .contains("This key's limit of 1 open answers is reached.");
    }

    private static HttpResponse<String> chat(String key, String model) throws Exception {
        String body = "{\"model\":\"" + model
                + "\",\"max_tokens\":1000,\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]}";
        return gateway.text(gateway.request("/v1/messages")
                .setHeader("x-api-key", key)
                .header("content-type", "application/json")
                .POST(BodyPublishers.ofString(body)));
    }

    private static JsonNode created(String body) throws Exception {
        HttpResponse<String> response = admin("POST", "/admin/keys", body.replace('\'', '"'));
        assertThat(response.statusCode()).as(response.body()).isEqualTo(201);
        return json(response);
    }

    private static HttpResponse<String> admin(String method, String path, String body) throws Exception {
        return admin(ADMIN, method, path, body);
    }

    private static HttpResponse<String> admin(String key, String method, String path, String body) throws Exception {
        return gateway.text(gateway.request(path)
                .setHeader("x-api-key", key)
                .header("content-type", "application/json")
                .method(method, BodyPublishers.ofString(body)));
    }

    private static String secret(JsonNode key) {
        return key.path("key").stringValue();
    }

    private static JsonNode json(HttpResponse<String> response) {
        return JsonMapper.shared().readTree(response.body());
    }

    /** 404 with a valid key, since the generation does not exist; otherwise 401. */
    private static int status(RunningGateway of, String key) throws Exception {
        return of.text(of.request(UNKNOWN_GENERATION)
                        .setHeader("x-api-key", key)
                        .DELETE())
                .statusCode();
    }
}
