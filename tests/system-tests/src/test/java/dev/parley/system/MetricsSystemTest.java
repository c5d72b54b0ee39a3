package dev.parley.system;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.localstack.LocalStack;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MetricsSystemTest {
    private static final LocalStack STACK = SharedStack.get();
    private static final String GATEWAY = "gateway-service";
    private static final String CACHE = "cache-service";
    private static final String INFERENCE = "inference-service";
    private static final String PERSISTENCE = "persistence-worker";

    private static final int INVENTED = 150;

    /** Two histograms with their buckets, and the other series per model. */
    private static final int SERIES_OF_A_MODEL_MAX = 500;

    private final ChatClient chat = new ChatClient(STACK.gateway(0));

    @Test
    void measuresRequests() throws Exception {
        rises(GATEWAY, "gen_ai_server_time_to_first_token_seconds_count", "cache=\"miss\"");
        rises(GATEWAY, "gen_ai_server_request_duration_seconds_count", "http_response_status_code=\"200\"");
    }

    /** A bucket takes an exemplar only now and then, so the question is asked until it has. */
    @Test
    void aBucketOfTheFirstTokenHasTheTraceOfAnAnswer() throws Exception {
        String trace = UUID.randomUUID().toString().replace("-", "");
        Eventually.value(
                () -> {
                    slowAnswer(trace);
                    return MetricsPage.openMetrics(STACK, GATEWAY);
                },
                page -> page.hasExemplar("gen_ai_server_time_to_first_token_seconds_bucket", trace));
        String generation = slowAnswer(trace).generation();
        assertThat(Eventually.value(
                        () -> ServiceLogLines.of(STACK, GATEWAY).with(generation), lines -> !lines.isEmpty()))
                .allSatisfy(line ->
                        assertThat(line.path("trace_id").stringValue("")).isEqualTo(trace));
    }

    private Answer slowAnswer(String trace) throws Exception {
        return chat.ask(
                        ChatClient.question("first_token_ms=1500 tokens=5 tokens_per_second=1000"),
                        "traceparent",
                        "00-" + trace + "-00f067aa0ba902b7-01")
                .succeeded();
    }

    @Test
    void measuresCallsToClaude() throws Exception {
        rises(INFERENCE, "gen_ai_client_operation_duration_seconds_count", "gen_ai_response_model=\"claude-opus-4-5");
        rises(INFERENCE, "gen_ai_client_token_usage_tokens_sum", "gen_ai_token_type=\"input\"");
        rises(INFERENCE, "gen_ai_client_token_usage_tokens_sum", "gen_ai_token_type=\"output\"");
    }

    /** Clients may send any model name, and the simulator accepts all. */
    @Tag("cache-service")
    @Test
    void unknownModelsAddNoSeries() throws Exception {
        String answers = "gen_ai_client_operation_duration_seconds_count";
        rises(INFERENCE, answers);
        MetricsPage before = MetricsPage.of(STACK, INFERENCE);
        List<CompletableFuture<Answer>> asked = new ArrayList<>();
        for (int i = 0; i < INVENTED; i++) {
            var question = ChatClient.question("first_token_ms=0 tokens=5").put("model", "claude-invented-" + i);
            asked.add(chat.askAsync(question));
        }
        for (CompletableFuture<Answer> answer : asked) {
            answer.get().succeeded();
        }
        MetricsPage after = Eventually.value(
                () -> MetricsPage.of(STACK, INFERENCE), page -> page.sum(answers) >= before.sum(answers) + INVENTED);
        assertThat(after.seriesOfModels()).isLessThan(before.seriesOfModels() + SERIES_OF_A_MODEL_MAX);
        for (String service : List.of(GATEWAY, CACHE, INFERENCE, PERSISTENCE)) {
            assertThat(MetricsPage.of(STACK, service).text().contains("invented"))
                    .as(service)
                    .isFalse();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"session", "cache", "queue"})
    void measuresEachStage(String stage) throws Exception {
        rises(INFERENCE, "parley_stage_seconds_count", "stage=\"" + stage + "\"");
    }

    @Tag("cache-service")
    @ParameterizedTest
    @ValueSource(strings = {GATEWAY, CACHE, INFERENCE, PERSISTENCE})
    void measuresConsumers(String service) throws Exception {
        rises(service, "kafka_consumer_fetch_manager_records_consumed_total");
    }

    @ParameterizedTest
    @ValueSource(strings = {GATEWAY, INFERENCE})
    void measuresProducers(String service) throws Exception {
        rises(service, "kafka_producer_record_send_total");
    }

    @Tag("cache-service")
    @Test
    void measuresRedis() throws Exception {
        rises(INFERENCE, "parley_cache_lookup_seconds_count");
        rises(CACHE, "parley_cache_keep_seconds_count");
    }

    @Test
    void measuresDynamoDb() throws Exception {
        rises(PERSISTENCE, "parley_dynamodb_call_seconds_count", "outcome=\"success\"");
        double before = MetricsPage.of(STACK, GATEWAY).sum("parley_dynamodb_call_seconds_count");
        chat.get("/v1/conversations").succeeded();
        risesAbove(before, GATEWAY, "parley_dynamodb_call_seconds_count");
    }

    /** Checks that a request increases the value. */
    private void rises(String service, String name, String... labels) throws Exception {
        double before = MetricsPage.of(STACK, service).sum(name, labels);
        chat.ask(ChatClient.question()).succeeded();
        risesAbove(before, service, name, labels);
    }

    private static void risesAbove(double before, String service, String name, String... labels) throws Exception {
        Eventually.value(() -> MetricsPage.of(STACK, service).sum(name, labels), value -> value > before);
    }
}
