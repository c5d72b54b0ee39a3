package dev.parley.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.anthropic.client.AnthropicClient;
import com.anthropic.client.okhttp.AnthropicOkHttpClient;
import com.anthropic.errors.RateLimitException;
import com.anthropic.models.messages.MessageCreateParams;
import dev.parley.contracts.topic.Topics;
import dev.parley.localstack.LocalStack;
import dev.parley.localstack.process.ManagedProcess;
import java.io.IOException;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Limits of keys, at two gateways. */
@AloneOnReplicatedStack
@Timeout(value = 2, unit = TimeUnit.MINUTES)
class KeysSystemTest {
    private static final LocalStack STACK = ReplicatedStack.get();
    private static final String SHORT = "first_token_ms=0 tokens_per_second=0 tokens=5";

    /** About two seconds, and output for 1.5 cents. */
    private static final String LONG = "first_token_ms=200 tokens_per_second=500 tokens=1000";

    @Test
    void concurrentRequestsStayWithinTheBudget() throws Exception {
        IssuedKey key = IssuedKey.with(STACK, Map.of("usd_per_day", 1));
        List<Integer> statuses = statuses(askAll(key, 200));

        assertThat(statuses).hasSize(200).containsOnly(200, 429).contains(200, 429);
        settled(key);
        assertThat(key.spending("reserved")).isZero();
    }

    @Test
    @Tag("faults")
    void aKilledGatewayLosesNoSpending() throws Exception {
        IssuedKey key = IssuedKey.with(STACK, Map.of("usd_per_day", 1));
        var asked = askAll(key, 200);
        Eventually.value(() -> key.generations(Topics.REQUESTS.name()).size(), count -> count > 10);
        ManagedProcess killed = STACK.process("gateway-service", 1);
        killed.crash();
        statuses(asked);
        settled(key);
        killed.restart();
        assertThat(key.spending("today").add(key.spending("reserved"))).isLessThanOrEqualTo(BigDecimal.ONE);
    }

    /** Waits until all generations of the key have ended; they cost a dollar at most, as counted by the gateways. */
    private static void settled(IssuedKey key) throws Exception {
        Eventually.value(
                () -> key.generations(Topics.TURNS.name()).equals(key.generations(Topics.REQUESTS.name())), all -> all);
        BigDecimal cost = key.costOnTheLog();
        assertThat(cost).isPositive().isLessThanOrEqualTo(BigDecimal.ONE);
        Eventually.value(() -> key.spending("today"), spent -> spent.compareTo(cost) == 0);
        assertThat(key.spending("this_month")).isEqualByComparingTo(cost);
        System.out.printf(
                "%d requests were admitted and cost $%s%n",
                key.generations(Topics.REQUESTS.name()).size(), cost);
    }

    /** What the gateways share is counted in Redis: if one did not respond to each request in time, another key is tried. */
    @Test
    void gatewaysShareRateLimits() throws Exception {
        RateLimited limited = Eventually.value(this::askTwentyTimes, asked -> asked.locally() == 0);
        long refilled = limited.time().toSeconds() / 6 + 1;
        assertThat(limited.granted()).isBetween(10, 10 + (int) refilled);
    }

    /**
     * @param granted how many requests were answered
     * @param locally how many the gateways have decided on by themselves
     */
    private record RateLimited(int granted, Duration time, double locally) {}

    /** Asks with a new key for ten requests a minute, at both gateways in turn. */
    private RateLimited askTwentyTimes() throws Exception {
        IssuedKey key = IssuedKey.with(STACK, Map.of("requests_per_minute", 10));
        key.awaitOtherGateway();
        double locally = admittedLocally();
        long start = System.nanoTime();
        int granted = 0;
        for (int i = 0; i < 20; i++) {
            Answer answer = key.at(i % 2).ask(ChatClient.question(SHORT));
            assertThat(answer.header("anthropic-ratelimit-requests-limit")).isEqualTo("10");
            if (answer.status() == 200) {
                granted++;
            } else {
                assertThat(answer.status()).isEqualTo(429);
                assertThat(answer.json().at("/error/type").stringValue()).isEqualTo("rate_limit_error");
                assertThat(Integer.parseInt(answer.header("retry-after"))).isBetween(1, 6);
                assertThat(answer.header("anthropic-ratelimit-requests-remaining"))
                        .isEqualTo("0");
                assertThat(Instant.parse(answer.header("anthropic-ratelimit-requests-reset")))
                        .isAfter(Instant.now());
            }
        }
        return new RateLimited(granted, Duration.ofNanos(System.nanoTime() - start), admittedLocally() - locally);
    }

    /** How often the gateways have decided without Redis. */
    private static double admittedLocally() throws IOException {
        double locally = 0;
        for (int gateway = 0; gateway < 2; gateway++) {
            locally += MetricsPage.of(STACK, "gateway-service", gateway)
                    .sum("parley_gateway_admission_seconds_count", "ledger=\"local\"");
        }
        return locally;
    }

    @Test
    void theSdkReadsTheRemainingLimit() throws Exception {
        IssuedKey key = IssuedKey.with(STACK, Map.of("requests_per_minute", 1, "output_tokens_per_minute", 1000));
        AnthropicClient client = AnthropicOkHttpClient.builder()
                .baseUrl(STACK.gateway(0).toString())
                .apiKey(key.secret())
                .maxRetries(0)
                .build();
        try {
            MessageCreateParams params = MessageCreateParams.builder()
                    .model("claude-opus-4-5")
                    .maxTokens(100)
                    .addUserMessage(key.id() + " [[sim: " + SHORT + "]]")
                    .build();
            client.messages().create(params);
            assertThatThrownBy(() -> client.messages().create(params))
                    .isInstanceOfSatisfying(RateLimitException.class, limited -> {
                        assertThat(limited.headers().values("anthropic-ratelimit-requests-remaining"))
                                .containsExactly("0");
                        assertThat(limited.headers().values("anthropic-ratelimit-output-tokens-limit"))
                                .containsExactly("1000");
                        assertThat(limited.headers().values("retry-after")).hasSize(1);
                    });
        } finally {
            client.close();
        }
    }

    @Test
    void aRevokedKeyIsRejectedEverywhereWithinFiveSeconds() throws Exception {
        IssuedKey key = IssuedKey.with(STACK, Map.of());
        key.awaitOtherGateway();
        long start = System.nanoTime();
        key.revoke();
        for (int gateway = 0; gateway < 2; gateway++) {
            ChatClient chat = key.at(gateway);
            Eventually.value(() -> chat.ask(ChatClient.question(SHORT)).status(), status -> status == 401);
        }
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(5));
    }

    @Test
    void aChangedLimitAppliesAtEveryGateway() throws Exception {
        IssuedKey key = IssuedKey.with(STACK, Map.of("requests_per_minute", 1));
        key.awaitOtherGateway();
        key.at(0).ask(ChatClient.question(SHORT)).succeeded();
        assertThat(key.at(0).ask(ChatClient.question(SHORT)).status()).isEqualTo(429);
        key.limit("requests_per_minute", 6000);
        for (int gateway = 0; gateway < 2; gateway++) {
            ChatClient chat = key.at(gateway);
            Answer answer =
                    Eventually.value(() -> chat.ask(ChatClient.question(SHORT)), asked -> asked.status() == 200);
            assertThat(answer.header("anthropic-ratelimit-requests-limit")).isEqualTo("6000");
        }
        key.limit("usd_per_day", new BigDecimal("0.001"));
        for (int gateway = 0; gateway < 2; gateway++) {
            ChatClient chat = key.at(gateway);
            Answer answer =
                    Eventually.value(() -> chat.ask(ChatClient.question(SHORT)), asked -> asked.status() == 429);
            assertThat(answer.body()).contains("This key's budget of $0.001 a day");
        }
        key.revoke();
        Eventually.value(() -> key.at(1).ask(ChatClient.question(SHORT)).status(), status -> status == 401);
        assertThatThrownBy(() -> key.limit("usd_per_day", 100)).hasMessageContaining("There is no such key.");
    }

    @Test
    void withoutRedisRequestsAreAnsweredAndCostsAreCountedLater() throws Exception {
        IssuedKey key = IssuedKey.with(STACK, Map.of("usd_per_day", 1, "requests_per_minute", 3));
        key.awaitOtherGateway();
        ManagedProcess redis = STACK.process("redis", 0);
        redis.crash();
        try {
            for (int i = 0; i < 3; i++) {
                key.at(0).ask(ChatClient.question(SHORT)).succeeded();
            }
            Answer beyond = key.at(0).ask(ChatClient.question(SHORT));
            assertThat(beyond.status()).as("limit of the local ledger").isEqualTo(429);
        } finally {
            redis.restart();
        }
        settled(key);
        assertThat(MetricsPage.of(STACK, "gateway-service", 0)
                        .sum("parley_gateway_admission_seconds_count", "ledger=\"local\""))
                .isPositive();
    }

    @Test
    void spendingIsRestoredFromTheLogAfterRedisLostIt() throws Exception {
        IssuedKey key = IssuedKey.with(STACK, Map.of("usd_per_day", 1));
        for (int i = 0; i < 3; i++) {
            key.at(0).ask(ChatClient.question(SHORT)).succeeded();
        }
        settled(key);
        RedisCommands.flushAll(STACK);
        settled(key);
    }

    @Tag("cache-service")
    @Test
    void usageIsExactAndRestoredFromTheLog() throws Exception {
        IssuedKey key = IssuedKey.with(STACK, Map.of());
        ObjectNode question = ChatClient.question(SHORT);
        key.at(0).ask(question).succeeded();
        key.at(0).askUntilCached(question);
        int asked = key.generations(Topics.REQUESTS.name()).size();

        usage(key, asked);
        RedisCommands.flushAll(STACK);
        JsonNode usage = usage(key, asked);

        assertThat(usage.at("/today/cost_usd").decimalValue()).isEqualByComparingTo(key.costOnTheLog());
        assertThat(usage.at("/today/cached_requests").intValue()).isPositive();
        assertThat(usage.at("/today/saved_by_exact_usd").decimalValue()).isPositive();
        assertThat(usage.at("/month/models").propertyStream())
                .hasSize(1)
                .allSatisfy(model ->
                        assertThat(model.getValue().path("requests").intValue()).isEqualTo(asked));
    }

    @Tag("cache-service")
    @Test
    void theUsageOfAllKeysEqualsAFoldOfTheTurnsAlsoAfterARebuild() throws Exception {
        IssuedKey key = IssuedKey.with(STACK, Map.of());
        IssuedKey revoked = IssuedKey.with(STACK, Map.of());
        revoked.awaitOtherGateway();
        ObjectNode question = ChatClient.question(SHORT);
        key.at(0).ask(question).succeeded();
        key.at(1).askUntilCached(question);
        revoked.at(0)
                .ask(ChatClient.question(SHORT).put("model", "claude-haiku-4-5"))
                .succeeded();
        revoked.revoke();

        UsageFold.equalsReport(STACK, key, revoked);
        RedisCommands.flushAll(STACK);
        UsageFold.equalsReport(STACK, key, revoked);
    }

    @Test
    void aBudgetShowsWhatIsLeft() throws Exception {
        IssuedKey key = IssuedKey.with(STACK, Map.of("usd_per_day", 1));
        key.at(0).ask(ChatClient.question(SHORT)).succeeded();

        JsonNode usage = usage(key, 1);

        assertThat(usage.path("left_today_usd").decimalValue())
                .isEqualByComparingTo(BigDecimal.ONE.subtract(key.costOnTheLog()));
        assertThat(new ChatClient(STACK.gateway(0)).get("/v1/usage").status())
                .as("a key of the configuration")
                .isEqualTo(404);
    }

    /** Waits until a number of requests is reported. */
    private static JsonNode usage(IssuedKey key, int requests) throws Exception {
        return Eventually.value(
                () -> key.at(1).get("/v1/usage").json(),
                usage -> usage.at("/today/requests").intValue(0) == requests);
    }

    private static List<CompletableFuture<Answer>> askAll(IssuedKey key, int count) throws Exception {
        key.awaitOtherGateway();
        ChatClient[] gateways = {key.at(0), key.at(1)};
        return IntStream.range(0, count)
                .mapToObj(
                        i -> gateways[i % 2].askAsync(ChatClient.question(LONG).put("max_tokens", 1500)))
                .toList();
    }

    /** The statuses of the answered requests. */
    private static List<Integer> statuses(List<CompletableFuture<Answer>> asked) throws InterruptedException {
        List<Integer> statuses = new ArrayList<>();
        for (CompletableFuture<Answer> answer : asked) {
            try {
                statuses.add(answer.get().status());
            } catch (ExecutionException e) {
                // The gateway was killed.
            }
        }
        return statuses;
    }
}
