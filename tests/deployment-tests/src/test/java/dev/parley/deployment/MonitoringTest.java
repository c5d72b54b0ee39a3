package dev.parley.deployment;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.contracts.event.CacheVerdict;
import dev.parley.deployment.render.Manifests;
import dev.parley.deployment.render.Workload;
import dev.parley.deployment.source.Checkout;
import dev.parley.deployment.source.Selectors;
import dev.parley.deployment.source.ServiceModule;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.openshift.api.model.monitoring.v1.PodMonitor;
import io.fabric8.openshift.api.model.monitoring.v1.PrometheusRule;
import io.strimzi.api.kafka.model.common.metrics.JmxPrometheusExporterMetrics;
import io.strimzi.api.kafka.model.kafka.Kafka;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Production is scraped, has the alerts, and brings dashboards that Grafana can load. */
final class MonitoringTest {
    private static final Checkout CHECKOUT = Checkout.here();
    private static final Manifests PRODUCTION = Manifests.of(CHECKOUT, "production");
    private static final int COLUMNS = 24;

    /** A condition on the label of a metric that has the verdict of the cache. */
    private static final Pattern VERDICTS = Pattern.compile("\\b(?:verdict|cache)[=!]=?~?\"([^\"]+)\"");

    /** An average, or a sum, over what a client of Kafka measures itself. Greatest and least values ignore NaN. */
    private static final Pattern AVERAGE_OF_AVERAGES =
            Pattern.compile("\\b(?:avg|sum)\\b[^{]*\\bkafka_(?:producer|consumer)\\w*_(?:avg|max|min)\\{");

    private static final Pattern CODE = Pattern.compile("`[^`\n]*`");

    /** The title of a panel in a runbook. */
    private static final Pattern QUOTED = Pattern.compile("\"([^\"]+)\"");

    /** The names of the pods that an alert is about. */
    private static final Pattern PODS = Pattern.compile("\\bpod=~\"([^\"]+)\"");

    static List<String> dashboards() {
        return CHECKOUT.files().stream()
                .filter(file -> file.startsWith("k8s/components/monitoring/dashboards/"))
                .toList();
    }

    @Test
    void everyServiceIsScraped() {
        var monitor = PRODUCTION.one(PodMonitor.class, "parley").getSpec();
        assertThat(monitor.getJobLabel()).isEqualTo("app.kubernetes.io/name");
        var endpoint = monitor.getPodMetricsEndpoints().getFirst();
        assertThat(endpoint.getPath()).isEqualTo("/actuator/prometheus");
        var selected = monitor.getSelector().getMatchExpressions().getFirst();
        assertThat(selected.getValues())
                .containsExactlyInAnyOrderElementsOf(ServiceModule.all(CHECKOUT).stream()
                        .map(ServiceModule::name)
                        .toList());
        assertThat(selected.getValues()).allSatisfy(name -> {
            Workload workload = PRODUCTION.workload(name);
            assertThat(workload.labels()).containsEntry(selected.getKey(), name);
            assertThat(workload.ports()).containsKey(endpoint.getPort());
        });
    }

    @Test
    void brokersExportWhatTheirConfigurationSays() {
        var metrics = PRODUCTION.one(Kafka.class, "parley").getSpec().getKafka().getMetricsConfig();
        assertThat(metrics).isInstanceOfSatisfying(JmxPrometheusExporterMetrics.class, exporter -> {
            var key = exporter.getValueFrom().getConfigMapKeyRef();
            assertThat(PRODUCTION.one(ConfigMap.class, key.getName()).getData())
                    .containsEntry(key.getKey(), CHECKOUT.text("k8s/components/monitoring/kafka-metrics.yaml"));
        });
        assertThat(PRODUCTION
                        .one(PodMonitor.class, "kafka")
                        .getSpec()
                        .getSelector()
                        .getMatchLabels())
                .containsEntry("strimzi.io/cluster", "parley");
    }

    @Test
    void theAlertsAreApplied() {
        assertThat(applied(PRODUCTION)).containsAll(written("monitoring"));
        assertThat(PRODUCTION.all(PrometheusRule.class)).hasSize(1);
    }

    /** An alert on the absence of a series must not be where the series never exists. */
    @Test
    void theAlertsOfTheEdgeAreAppliedWithAnEdge() {
        Manifests edge = Manifests.of(CHECKOUT, "production-edge");
        assertThat(edge.all(PrometheusRule.class))
                .extracting(rules -> rules.getMetadata().getName())
                .containsExactlyInAnyOrder("parley", "parley-edge");
        assertThat(applied(edge)).containsAll(written("edge-alerts"));
    }

    static Stream<Manifests> productionOverlays() {
        return Manifests.all(CHECKOUT).stream()
                .filter(manifests -> manifests.overlay().startsWith("production"));
    }

    @ParameterizedTest
    @MethodSource("productionOverlays")
    void theDocumentNamesWhatThePrometheusOperatorGets(Manifests overlay) {
        String document = CHECKOUT.text("docs/operations/monitoring.md");
        assertThat(Stream.of(overlay.all(PodMonitor.class), overlay.all(PrometheusRule.class))
                        .flatMap(List::stream))
                .isNotEmpty()
                .allMatch(object -> document.contains(
                        "| " + object.getKind() + " `" + object.getMetadata().getName() + "`"));
    }

    /** A Job has pods that are not ready when they have ended. */
    @ParameterizedTest
    @MethodSource("productionOverlays")
    void podsThatAreNotReadyAreNoticed(Manifests overlay) {
        String expression = AlertsTest.alertsOf("monitoring")
                .filter(alert -> alert.path("alert").asString().equals("ParleyPodNotReady"))
                .map(alert -> alert.path("expr").asString())
                .findFirst()
                .orElseThrow();
        List<String> pods = Stream.of(overlay.all(Deployment.class), overlay.all(StatefulSet.class))
                .flatMap(List::stream)
                .map(workload -> workload.getMetadata().getName() + "-1")
                .toList();
        assertThat(pods).contains("redis-1");
        // Of those that are not ready, and of those that are not scheduled.
        assertThat(PODS.matcher(expression).results())
                .hasSize(2)
                .allSatisfy(names -> assertThat(pods).allMatch(pod -> pod.matches(names.group(1))));
    }

    private static List<String> applied(Manifests overlay) {
        return overlay.all(PrometheusRule.class).stream()
                .flatMap(rules -> rules.getSpec().getGroups().stream())
                .flatMap(group -> group.getRules().stream())
                .map(rule -> String.valueOf(rule.getAlert()))
                .toList();
    }

    private static List<String> written(String component) {
        List<String> alerts = AlertsTest.alertsOf(component)
                .map(alert -> alert.path("alert").asString())
                .toList();
        assertThat(alerts).isNotEmpty();
        return alerts;
    }

    @Test
    void grafanaFindsEveryDashboard() {
        List<ConfigMap> maps = PRODUCTION.all(ConfigMap.class).stream()
                .filter(map -> map.getMetadata().getLabels().containsKey("grafana_dashboard"))
                .toList();
        assertThat(maps.stream().flatMap(map -> map.getData().values().stream()))
                .containsExactlyInAnyOrderElementsOf(
                        dashboards().stream().map(CHECKOUT::text).toList());
    }

    /** The fields that Grafana needs. Its schema cannot be had as a file. */
    @ParameterizedTest
    @MethodSource("dashboards")
    void aDashboardIsComplete(String file) {
        JsonNode dashboard = JsonMapper.shared().readTree(CHECKOUT.text(file));
        assertThat(file).endsWith("/" + dashboard.path("uid").asString() + ".json");
        assertThat(dashboard.path("title").asString()).startsWith("Parley / ");
        assertThat(dashboard.path("schemaVersion").asInt()).isPositive();
        assertThat(dashboard.at("/templating/list").values())
                .extracting(variable -> variable.path("name").asString())
                .containsExactly("datasource", "namespace");
        List<JsonNode> panels = dashboard.path("panels").values().stream().toList();
        assertThat(panels).extracting(panel -> panel.path("id").asInt()).doesNotHaveDuplicates();
        assertThat(panels).allSatisfy(MonitoringTest::isComplete);
        assertThat(panels.stream().flatMap(MonitoringTest::cells)).doesNotHaveDuplicates();
    }

    /** A request joins an identical one only after it was counted by inference-service, as a miss. */
    @Test
    void dashboardsSelectVerdictsThatTheirMetricHas() {
        assertThat(verdictsSelected("parley_cache_requests_"))
                .isNotEmpty()
                .isSubsetOf(verdicts(EnumSet.complementOf(EnumSet.of(CacheVerdict.SHARED))));
        assertThat(verdictsSelected("gen_ai_server_"))
                .isNotEmpty()
                .isSubsetOf(verdicts(EnumSet.allOf(CacheVerdict.class)));
    }

    /** An idle client has NaN for its averages, which makes the average of all of them NaN. */
    @Test
    void averagesLeaveOutIdleClientsOfKafka() {
        List<String> averages = expressions()
                .filter(expression -> AVERAGE_OF_AVERAGES.matcher(expression).find())
                .toList();
        assertThat(averages).isNotEmpty().allMatch(expression -> expression.endsWith("} >= 0)"));
    }

    private static List<String> verdicts(Set<CacheVerdict> verdicts) {
        return verdicts.stream().map(CacheVerdict::text).toList();
    }

    private static List<String> verdictsSelected(String metrics) {
        return expressions()
                .flatMap(expression -> Selectors.of(expression).stream())
                .filter(selector -> selector.startsWith(metrics))
                .flatMap(selector -> VERDICTS.matcher(selector).results())
                .flatMap(condition -> Stream.of(condition.group(1).split("\\|")))
                .toList();
    }

    @Test
    void runbooksNamePanelsThatExist() {
        Set<String> titles =
                panels().map(panel -> panel.path("title").asString()).collect(Collectors.toSet());
        String runbooks = CODE.matcher(CHECKOUT.text("docs/operations/alerts.md"))
                .replaceAll("")
                .replaceAll("\\s+", " ");
        assertThat(QUOTED.matcher(runbooks).results().map(title -> title.group(1)))
                .hasSizeGreaterThan(5)
                .allMatch(titles::contains);
    }

    private static Stream<JsonNode> panels() {
        return dashboards().stream()
                .flatMap(file -> JsonMapper.shared()
                        .readTree(CHECKOUT.text(file))
                        .path("panels")
                        .valueStream());
    }

    private static Stream<String> expressions() {
        return panels().flatMap(panel -> panel.path("targets").valueStream())
                .map(target -> target.path("expr").asString());
    }

    private static void isComplete(JsonNode panel) {
        assertThat(panel.path("title").asString()).isNotBlank();
        if (panel.path("type").asString().equals("row")) {
            return;
        }
        assertThat(panel.path("type").asString()).isIn("timeseries", "stat");
        assertThat(panel.at("/datasource/uid").asString()).isEqualTo("${datasource}");
        assertThat(panel.at("/fieldConfig/defaults/unit").asString()).isNotBlank();
        Set<String> ids = new HashSet<>();
        assertThat(panel.path("targets").values()).isNotEmpty().allSatisfy(target -> {
            assertThat(Selectors.of(target.path("expr").asString()))
                    .isNotEmpty()
                    .allMatch(selector -> selector.contains("{namespace=\"$namespace\""));
            assertThat(ids.add(target.path("refId").asString())).isTrue();
        });
    }

    /** The cells of the grid that a panel covers. */
    private static Stream<Map.Entry<Integer, Integer>> cells(JsonNode panel) {
        JsonNode place = panel.path("gridPos");
        int left = place.path("x").asInt();
        int top = place.path("y").asInt();
        assertThat(left + place.path("w").asInt()).isLessThanOrEqualTo(COLUMNS);
        return Stream.iterate(left, x -> x < left + place.path("w").asInt(), x -> x + 1)
                .flatMap(x -> Stream.iterate(top, y -> y < top + place.path("h").asInt(), y -> y + 1)
                        .map(y -> Map.entry(x, y)));
    }
}
