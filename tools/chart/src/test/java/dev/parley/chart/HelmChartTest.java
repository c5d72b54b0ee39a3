package dev.parley.chart;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.marcnuri.helm.Helm;
import com.marcnuri.helm.TemplateCommand;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.node.ObjectNode;

/** The chart, rendered by Helm, beside the overlays, rendered by kustomize. */
final class HelmChartTest {
    private static final Path CHECKOUT = checkout();

    @TempDir
    private static Path directory;

    private static Helm helm;

    /** The tests run in the directory of the module. */
    private static Path checkout() {
        return Path.of("../..").toAbsolutePath().normalize();
    }

    @BeforeAll
    static void writeChart() throws Exception {
        Path chart = directory.resolve("parley");
        new HelmChart(CHECKOUT).write(chart);
        helm = new Helm(chart);
    }

    @ParameterizedTest
    @CsvSource({
        "production, ",
        "production-aws, keda.enabled=true externalSecrets.enabled=true",
        "production-edge, edge.enabled=true"
    })
    void rendersTheObjectsOfTheOverlay(String overlay, String values) throws Exception {
        Map<String, ObjectNode> expected = Overlay.render(CHECKOUT, overlay);
        expected.remove("Namespace parley");
        assertThat(render("parley", values == null ? "" : values)).containsExactlyInAnyOrderEntriesOf(expected);
    }

    @Test
    void isValid() {
        assertThat(helm.lint().strict().call().isFailed()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "keda.enabled=true externalSecrets.enabled=true", "edge.enabled=true"})
    void aReleaseOfAnotherNameAndNamespaceRefersToNoOtherNamespace(String values) {
        render("elsewhere", values)
                .values()
                .forEach(object -> assertThat(object.toString())
                        .doesNotContain("\"namespace\":\"parley\"", "namespace=\\\"parley\\\""));
    }

    @ParameterizedTest
    @CsvSource({
        "image.tag=9.9.9, Deployment gateway-service, parley/gateway-service:9.9.9",
        "image.tag=9.9.9, Job topics-9.9.9, parley/gateway-service:9.9.9",
        "image.registry=registry.example.com/, Deployment cache-service, registry.example.com/cache-service:0.1.0",
        "inferenceService.maxReplicas=40, HorizontalPodAutoscaler inference-service, '\"maxReplicas\":40'",
        "gatewayService.resources.limits.memory=3Gi, Deployment gateway-service, '\"memory\":\"3Gi\"'",
        "gatewayService.serviceAccountAnnotations.role=arn, ServiceAccount gateway-service, '\"role\":\"arn\"'",
        "settings.PARLEY_LOG_LEVEL=debug, ConfigMap parley, '\"PARLEY_LOG_LEVEL\":\"debug\"'",
        "settings.PARLEY_PERSISTENCE_STORE_CREATETABLE=false, ConfigMap parley, '_CREATETABLE\":\"false\"'",
        "settings.AWS_REGION=us-east-1, ConfigMap parley, '\"AWS_REGION\":\"us-east-1\"'",
        "topics.settings.A=b, ConfigMap topics, '\"A\":\"b\"'",
        "route.host=chat.example.com, HTTPRoute parley, chat.example.com",
        "route.host=chat.example.com, Gateway parley, chat.example.com",
        "kafka.brokers.storage=2Ti, KafkaNodePool brokers, 2Ti",
        "edge.enabled=true edge.replicas=5, Deployment varnish, '\"replicas\":5'",
        "redis.maxMemory=1gb, Deployment redis, '\"--maxmemory\",\"1gb\"'",
        "monitoring.namespace=observability, NetworkPolicy scraping, observability",
    })
    void aValueChangesItsObject(String value, String object, String text) {
        assertThat(render("parley", value).get(object)).asString().contains(text);
    }

    /** Helm reads the numbers of a file as floating-point ones. */
    @ParameterizedTest
    @CsvSource({"1000000, 1000000", "12345678901, 12345678901", "0.25, 0.25", "8, 8", "true, true"})
    void aSettingIsTheTextOfTheFile(String value, String text) throws Exception {
        Path file = Files.writeString(
                directory.resolve("values.yaml"),
                "settings: {A: " + value + "}\ntopics: {settings: {B: " + value + "}}");
        Map<String, ObjectNode> objects = Overlay.parse(helm.template()
                .withName("parley")
                .withNamespace("parley")
                .withValuesFile(file)
                .call());
        assertThat(objects.get("ConfigMap parley")).asString().contains("\"A\":\"" + text + "\"");
        assertThat(objects.get("ConfigMap topics")).asString().contains("\"B\":\"" + text + "\"");
    }

    @Test
    void aChangedSettingRestartsThePods() {
        assertThat(checksum(templated("parley", ""))).isNotEqualTo(checksum(templated("parley", "settings.A=b")));
    }

    private static String checksum(String text) {
        return text.lines()
                .filter(line -> line.contains("checksum/settings"))
                .findFirst()
                .orElseThrow();
    }

    @ParameterizedTest
    @CsvSource({
        "kafka.enabled=false, Kafka",
        "redis.enabled=false, Deployment redis",
        "monitoring.enabled=false, PrometheusRule",
        "monitoring.enabled=false, PodMonitor",
        "monitoring.enabled=false, ConfigMap dashboard",
        "route.enabled=false, HTTPRoute",
        "route.enabled=false, BackendTrafficPolicy",
        "route.gatewayClass=istio, BackendTrafficPolicy",
        "priorityClasses.enabled=false, PriorityClass",
        "keda.enabled=true, HorizontalPodAutoscaler gateway-service",
    })
    void aPartCanBeLeftOut(String value, String object) {
        assertThat(render("parley", "").keySet()).anyMatch(id -> id.startsWith(object));
        assertThat(render("parley", value).keySet()).noneMatch(id -> id.startsWith(object));
    }

    @Test
    void theAlertsOfTheEdgeNeedTheMonitoring() {
        assertThat(render("parley", "edge.enabled=true")).containsKey("PrometheusRule parley-edge");
        assertThat(render("parley", "edge.enabled=true monitoring.enabled=false")
                        .keySet())
                .noneMatch(id -> id.startsWith("PrometheusRule"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"images.tag=1", "gatewayService.replicas=3", "keda.enabled=perhaps", "redis.maxReplicas=2"})
    void refusesAValueThatDoesNotExist(String value) {
        assertThatThrownBy(() -> templated("parley", value)).hasMessageContaining("values don't meet");
    }

    /** The objects of a release, without what only Helm needs. */
    private static Map<String, ObjectNode> render(String namespace, String values) {
        Map<String, ObjectNode> objects = Overlay.parse(templated(namespace, values));
        objects.values().forEach(object -> {
            ObjectNode metadata = (ObjectNode) object.path("metadata");
            removeIfEmpty(metadata);
            if (object.at("/spec/template/metadata") instanceof ObjectNode pod) {
                if (pod.path("annotations") instanceof ObjectNode annotations) {
                    annotations.remove("checksum/settings");
                }
                removeIfEmpty(pod);
            }
        });
        return objects;
    }

    private static void removeIfEmpty(ObjectNode metadata) {
        if (metadata.path("annotations").isEmpty()) {
            metadata.remove("annotations");
        }
    }

    private static String templated(String namespace, String values) {
        TemplateCommand template = helm.template().withName("parley").withNamespace(namespace);
        for (String value : values.split(" ", -1)) {
            if (!value.isEmpty()) {
                template.set(value.substring(0, value.indexOf('=')), value.substring(value.indexOf('=') + 1));
            }
        }
        return template.call();
    }
}
