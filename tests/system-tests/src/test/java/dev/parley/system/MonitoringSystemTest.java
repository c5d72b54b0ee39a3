package dev.parley.system;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.localstack.LocalStack;
import dev.parley.localstack.servers.Monitoring;
import dev.parley.localstack.stack.StackSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * A real Prometheus that has scraped a system with some requests has data for every expression of the dashboards, and the series
 * of every alert.
 */
@FaultStory
@Timeout(value = 3, unit = TimeUnit.MINUTES)
class MonitoringSystemTest {
    private static final Path DIRECTORY = Path.of("../../k8s/components/monitoring");

    /** Of a cluster, its operators, and brokers with replicas. */
    private static final Set<String> ONLY_IN_A_CLUSTER = Set.of(
            "kube_pod_status_ready",
            "kube_pod_status_phase",
            "kube_pod_deletion_timestamp",
            "kubelet_volume_stats_available_bytes",
            "kubelet_volume_stats_capacity_bytes",
            "strimzi_certificate_expiration_timestamp_ms",
            "certmanager_certificate_expiration_timestamp_seconds");

    /** Series that exist only in a fault, or once a feature is used that this test does not use. */
    private static final Map<String, String> ONLY_SOMETIMES = Map.of(
            "parley_similar_audit_wrong_share{namespace=\"parley\"}",
            "an audited answer",
            "parley_similar_audit_wrong_share_low{namespace=\"parley\"}",
            "an audited answer",
            "parley_similar_audit_wrong_share_high{namespace=\"parley\"}",
            "an audited answer",
            "parley_similar_judge_seconds_count{namespace=\"parley\"}",
            "a question that is judged");

    /** A name of a metric, and its labels if there are any. */
    private static final Pattern SELECTOR = Pattern.compile(
            "\\b((?:parley|gen_ai|http_server|kafka|jvm|process|kube|kubelet|strimzi|certmanager)_[a-z0-9_]+"
                    + "|up|parley:[a-z0-9_:]+)\\b(\\{[^}]*})?");

    private static final LocalStack STACK = LocalStack.start(
            new StackSettings().edge().monitoring(new Monitoring(Duration.ofSeconds(1), UnaryOperator.identity())));
    private static final PrometheusApi PROMETHEUS = new PrometheusApi(STACK.prometheus());

    @BeforeAll
    static void useTheSystem() throws Exception {
        ChatClient chat = new ChatClient(STACK.gateway(0));
        ChatClient limited =
                IssuedKey.with(STACK, Map.of("requests_per_minute", 1000)).at(0);
        ChatClient similar = IssuedKey.similar(STACK, "similar", "standard").at(0);
        SimilarRequests questions = new SimilarRequests();
        questions.stored(similar, "Why is the sky blue?");
        // Twice, because the rate of a series that has just begun is unknown.
        for (int round = 0; round < 2; round++) {
            chat.askUntilCached(ChatClient.question());
            limited.ask(ChatClient.question()).succeeded();
            chat.ask(ChatClient.question().put("model", "auto")).succeeded();
            questions.ask(similar, "Why is the sky so blue?");
            chat.publish("sky-" + round, ChatClient.question());
            double scrapes = scrapes();
            Eventually.value(MonitoringSystemTest::scrapes, count -> count >= scrapes + 2);
        }
    }

    private static double scrapes() throws Exception {
        return PROMETHEUS.values("sum(count_over_time(up[10m]))").stream()
                .mapToDouble(Double::parseDouble)
                .sum();
    }

    @AfterAll
    static void stop() {
        PROMETHEUS.close();
        STACK.close();
    }

    static Stream<Path> dashboards() throws IOException {
        try (Stream<Path> files = Files.list(DIRECTORY.resolve("dashboards"))) {
            return files.sorted().toList().stream();
        }
    }

    @Test
    void everyProcessIsScraped() throws Exception {
        assertThat(PROMETHEUS.failedTargets()).isEmpty();
        assertThat(PROMETHEUS.values("up")).hasSize(5);
    }

    @ParameterizedTest
    @MethodSource("dashboards")
    void everyPanelHasData(Path dashboard) throws Exception {
        Set<String> empty = new TreeSet<>();
        int asked = 0;
        for (JsonNode panel : JsonMapper.shared()
                .readTree(Files.readString(dashboard))
                .path("panels")
                .values()) {
            for (JsonNode target : panel.path("targets").values()) {
                String expression = target.path("expr")
                        .asString()
                        .replace("$__rate_interval", "1m")
                        .replace("$namespace", "parley");
                asked++;
                if (selectors(expression).stream().noneMatch(ONLY_SOMETIMES::containsKey)
                        && PROMETHEUS.values(expression).stream().allMatch("NaN"::equals)) {
                    empty.add(panel.path("title").asString() + ": " + expression);
                }
            }
        }
        assertThat(asked).isPositive();
        assertThat(empty).isEmpty();
    }

    @Test
    void everySeriesOfTheAlertsExists() throws Exception {
        Set<String> selectors = selectors(Files.readString(DIRECTORY.resolve("rules.yaml"))
                .lines()
                .filter(line -> !line.strip().startsWith("#")
                        && !line.contains("description:")
                        && !line.contains("runbook_url:")
                        && !line.contains("record:"))
                .collect(Collectors.joining("\n")));
        assertThat(selectors).hasSizeGreaterThan(25);
        Map<String, String> missing = new TreeMap<>();
        for (String selector : selectors) {
            boolean exists = !PROMETHEUS.values(selector).isEmpty();
            boolean expected = !ONLY_SOMETIMES.containsKey(selector)
                    && ONLY_IN_A_CLUSTER.stream().noneMatch(selector::startsWith);
            if (!exists && expected) {
                missing.put(selector, "does not exist");
            }
        }
        assertThat(missing).isEmpty();
    }

    /** What is said to be missing must at least be asked for; otherwise the list is out of date. */
    @Test
    void everyExceptionIsUsed() throws Exception {
        StringBuilder all = new StringBuilder(Files.readString(DIRECTORY.resolve("rules.yaml")));
        for (Path dashboard : dashboards().toList()) {
            all.append(Files.readString(dashboard).replace("\\\"", "\"").replace("$namespace", "parley"));
        }
        assertThat(Stream.concat(ONLY_SOMETIMES.keySet().stream(), ONLY_IN_A_CLUSTER.stream()))
                .allSatisfy(each -> assertThat(all.toString()).contains(each));
    }

    @ParameterizedTest
    @ValueSource(strings = {"gateway-service", "inference-service", "cache-service", "persistence-worker"})
    void everyMetricHasAHelpTextAndEachTopicAppearsOnce(String service) throws Exception {
        String page = MetricsPage.of(STACK, service).text();
        assertThat(page.lines().filter(line -> line.matches("# HELP (parley|gen_ai)_\\S+\\s*")))
                .isEmpty();
        assertThat(page.lines().filter(line -> line.contains("topic=\"chat_"))).isEmpty();
        assertThat(page).contains("parley_build_info{");
    }

    /** The selectors of the expressions in a text, without ranges. */
    private static Set<String> selectors(String text) {
        return SELECTOR.matcher(text).results().map(MatchResult::group).collect(Collectors.toCollection(TreeSet::new));
    }
}
