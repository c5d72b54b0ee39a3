package dev.parley.benchmarks.system;

import dev.parley.benchmarks.load.Request;
import dev.parley.benchmarks.machine.IdleWait;
import dev.parley.localstack.LocalStack;
import dev.parley.localstack.gateway.GatewayClient;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Gatherers;
import java.util.stream.IntStream;
import tools.jackson.databind.json.JsonMapper;

/**
 * Answers that are published.
 *
 * @param paths of the answers, in the order of their questions
 */
public record PublishedAnswerSet(LocalStack stack, List<String> paths) {
    /** Keys, each of which publishes about one answer at a time. A publication waits for the turn of its answer. */
    private static final int EDITORS = 16;

    /** Each change is purged at once and after some seconds. */
    private static final int PURGES = 2;

    private static final Duration PURGED_WITHIN = Duration.ofSeconds(60);
    private static final Duration BETWEEN_READS = Duration.ofMillis(500);
    private static final Pattern CONFIRMED = Pattern.compile("parley_edge_purges_total\\{.*outcome=\"confirmed\".*");
    private static final Pattern READS =
            Pattern.compile("http_server_requests_seconds_count\\{.*uri=\"/v1/answers/.*\".*");

    /** Publishes the answers to questions, of another tenant than the one that asks, and waits until the edge is purged of them. */
    public static PublishedAnswerSet publish(LocalStack stack, List<Request.Question> questions) {
        double before = sum(stack.management("cache-service", 0), CONFIRMED);
        PublishedAnswerSet published = new PublishedAnswerSet(stack, paths(stack, questions));
        long deadline = System.nanoTime() + PURGED_WITHIN.toNanos();
        while (sum(stack.management("cache-service", 0), CONFIRMED) - before < (double) PURGES * questions.size()) {
            if (System.nanoTime() > deadline) {
                throw new IllegalStateException("the edge is not purged of " + questions.size() + " publications");
            }
            IdleWait.until(System.nanoTime() + BETWEEN_READS.toNanos());
        }
        return published;
    }

    private static List<String> paths(LocalStack stack, List<Request.Question> questions) {
        List<GatewayClient> editors = editors(stack);
        try {
            return IntStream.range(0, questions.size())
                    .boxed()
                    .gather(Gatherers.mapConcurrent(
                            EDITORS, i -> path(editors.get(i % EDITORS), "question-" + i, questions.get(i))))
                    .toList();
        } finally {
            editors.forEach(GatewayClient::close);
        }
    }

    private static List<GatewayClient> editors(LocalStack stack) {
        List<GatewayClient> editors = new ArrayList<>();
        try (GatewayClient admin = new GatewayClient(stack.gateway(0), LocalStack.ADMIN_KEY)) {
            for (int i = 0; i < EDITORS; i++) {
                Map<String, ?> key = Map.of("tenant", "help", "name", "editor-" + i, "scopes", List.of("publish"));
                editors.add(new GatewayClient(
                        stack.gateway(0),
                        admin.keys("POST", "", key).path("key").asString()));
            }
        }
        return editors;
    }

    private static String path(GatewayClient client, String slug, Request.Question question) {
        String text = JsonMapper.shared()
                .readTree(question.body())
                .at("/messages/0/content")
                .asString();
        return URI.create(client.publish("bench", slug, text, "claude-opus-5-5")
                        .required("url")
                        .asString())
                .getPath();
    }

    /** How often the gateway was asked for published answers since its start. */
    public long originRequests() {
        return Math.round(sum(stack.management("gateway-service", 0), READS));
    }

    /** The sum of the metrics of a service whose lines match. */
    private static double sum(URI management, Pattern line) {
        try (BufferedReader lines = new BufferedReader(new InputStreamReader(
                management.resolve("/actuator/prometheus").toURL().openStream(), StandardCharsets.UTF_8))) {
            return lines.lines()
                    .filter(line.asMatchPredicate())
                    .mapToDouble(each -> Double.parseDouble(each.substring(each.lastIndexOf(' ') + 1)))
                    .sum();
        } catch (IOException e) {
            throw new IllegalStateException("the metrics at " + management + " cannot be read", e);
        }
    }
}
