package dev.parley.chart;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.BooleanNode;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.dataformat.yaml.YAMLMapper;
import tools.jackson.dataformat.yaml.YAMLWriteFeature;

/**
 * The Helm chart with the objects of three overlays: {@code production} by default, what {@code production-aws} and
 * {@code production-edge} change with their values.
 */
public final class HelmChart {
    private static final YAMLMapper YAML = YAMLMapper.builder()
            .disable(YAMLWriteFeature.WRITE_DOC_START_MARKER, YAMLWriteFeature.SPLIT_LINES)
            .enable(YAMLWriteFeature.LITERAL_BLOCK_STYLE)
            .build();

    /** Values whose keys are the operator's. */
    private static final Set<String> OPEN = Set.of("settings", "resources", "serviceAccountAnnotations");

    /** The values in their order, each with a comment or none. */
    private static final List<Map.Entry<String, String>> COMMENTS = List.of(
            Map.entry("image", "Images are REGISTRY followed by the name of a service, with this tag."),
            Map.entry(
                    "settings",
                    "Environment variables of all services, beside those of the chart or in their place. gateway-service has a"
                            + " SPRING_LIFECYCLE_TIMEOUTPERSHUTDOWNPHASE of its own, 15m."),
            Map.entry("topics", "The same for the job that makes the topics."),
            Map.entry("gatewayService", ""),
            Map.entry("inferenceService", ""),
            Map.entry("cacheService", ""),
            Map.entry("persistenceWorker", ""),
            Map.entry("kafka", "Strimzi's Kafka with its users. Without it: NOTES.txt."),
            Map.entry(
                    "redis",
                    "A Redis in the cluster, whose limit of memory has to be half as much again as maxMemory. Without it, the"
                            + " Secret parley-redis has the address of another, which a NetworkPolicy has to permit."),
            Map.entry(
                    "route",
                    "The way in, by the Gateway API. Another class than eg may refuse streams, see docs/operations/kubernetes.md."),
            Map.entry("monitoring", "Objects of the Prometheus operator, and the namespace of Prometheus."),
            Map.entry("priorityClasses", "They belong to the cluster: only one release can have them."),
            Map.entry("edge", "Varnish before the gateways."),
            Map.entry("keda", "Scaling by open answers and running generations, in place of HorizontalPodAutoscalers."),
            Map.entry("externalSecrets", "Secrets from AWS Secrets Manager. Without it they are made by hand."));

    private final Map<String, ObjectNode> production;
    private final Map<String, ObjectNode> aws;
    private final Map<String, ObjectNode> edge;
    private final Values values = new Values();

    /** The chart of a checkout. */
    HelmChart(Path checkout) throws IOException {
        this.production = Overlay.render(checkout, "production");
        this.aws = Overlay.render(checkout, "production-aws");
        this.edge = Overlay.render(checkout, "production-edge");
    }

    /**
     * Writes the chart.
     *
     * @param arguments the checkout, and a directory that does not exist yet
     */
    public static void main(String[] arguments) throws IOException {
        if (arguments.length != 2) {
            System.err.println("usage: ./parley chart DIRECTORY");
            System.exit(2);
        }
        Path directory = Path.of(arguments[1]);
        if (Files.exists(directory)) {
            System.err.println(directory + " exists already.");
            System.exit(1);
        }
        try {
            new HelmChart(Path.of(arguments[0])).write(directory);
        } catch (IOException e) {
            System.err.println("The chart cannot be written: " + e);
            System.exit(1);
        }
        System.out.println("The chart is in " + directory + ". Its values: " + directory.resolve("values.yaml"));
    }

    void write(Path directory) throws IOException {
        Path templates = Files.createDirectories(directory.resolve("templates"));
        String settings = Values.settings(settings(production), settings(edge));
        Files.writeString(templates.resolve("_settings.tpl"), settings);
        Set<String> ids = new TreeSet<>(production.keySet());
        ids.addAll(aws.keySet());
        ids.addAll(edge.keySet());
        // Helm makes the namespace, if it is told to.
        ids.remove("Namespace parley");
        enabledByDefault();
        for (String id : ids) {
            String file = id.toLowerCase(Locale.ROOT).replace(' ', '-') + ".yaml";
            Files.writeString(templates.resolve(file), template(id));
        }
        String tag = values.defaults().path("image").path("tag").asString();
        Files.writeString(
                directory.resolve("Chart.yaml"), resource("Chart.yaml").replace("VERSION", tag));
        Files.writeString(templates.resolve("NOTES.txt"), resource("NOTES.txt"));
        Files.writeString(directory.resolve("values.yaml"), valuesFile());
        ObjectNode schema = schema(values.defaults()).put("$schema", "http://json-schema.org/draft-07/schema#");
        // Helm's own.
        schema.withObject("/properties/global").put("type", "object");
        Files.writeString(directory.resolve("values.schema.json"), schema.toPrettyString());
    }

    private static String resource(String name) throws IOException {
        try (InputStream file =
                requireNonNull(HelmChart.class.getResourceAsStream(name), name + " is not on the class path")) {
            return new String(file.readAllBytes(), UTF_8);
        }
    }

    private static JsonNode settings(Map<String, ObjectNode> overlay) {
        return requireNonNull(overlay.get("ConfigMap parley"), "an overlay has no settings")
                .path("data");
    }

    private void enabledByDefault() {
        for (String part : List.of("kafka", "redis", "monitoring", "route", "priorityClasses")) {
            values.set(part + ".enabled", BooleanNode.TRUE);
        }
        for (String part : List.of("keda", "externalSecrets", "edge")) {
            values.set(part + ".enabled", BooleanNode.FALSE);
        }
    }

    private String template(String id) {
        ObjectNode plain = production.get(id);
        ObjectNode withEdge = edge.get(id);
        String condition = condition(id);
        if (plain != null && withEdge != null && !plain.equals(withEdge) && !id.equals("ConfigMap parley")) {
            return within(
                    condition,
                    "{{- if .Values.edge.enabled }}\n" + text(withEdge) + "{{- else }}\n" + text(plain)
                            + "{{- end }}\n");
        }
        return within(condition, text(any(id)));
    }

    /** An object that is the same wherever it is. */
    private ObjectNode any(String id) {
        return Stream.of(production, edge, aws)
                .flatMap(overlay -> Stream.ofNullable(overlay.get(id)))
                .findFirst()
                .orElseThrow();
    }

    private static String within(String condition, String text) {
        return condition.isEmpty() ? text : "{{- if " + condition + " }}\n" + text + "{{- end }}\n";
    }

    private String text(ObjectNode object) {
        ObjectNode copy = object.deepCopy();
        values.parameterise(copy);
        return Values.template(YAML.writeValueAsString(copy));
    }

    /** When an object is part of the release; empty for always. */
    private String condition(String id) {
        ObjectNode object = any(id);
        String group = object.path("apiVersion").asString().replaceFirst("/.*", "");
        if (!production.containsKey(id) && edge.containsKey(id)) {
            return group.equals("monitoring.coreos.com")
                    ? "and .Values.edge.enabled .Values.monitoring.enabled"
                    : ".Values.edge.enabled";
        }
        if (production.containsKey(id) && !aws.containsKey(id)) {
            return "not .Values.keda.enabled";
        }
        String name = object.path("metadata").path("name").asString();
        return switch (group) {
            case "kafka.strimzi.io" -> ".Values.kafka.enabled";
            case "monitoring.coreos.com" ->
                name.equals("kafka")
                        ? "and .Values.monitoring.enabled .Values.kafka.enabled"
                        : ".Values.monitoring.enabled";
            case "scheduling.k8s.io" -> ".Values.priorityClasses.enabled";
            case "gateway.networking.k8s.io" -> ".Values.route.enabled";
            case "gateway.envoyproxy.io" -> "and .Values.route.enabled (eq .Values.route.gatewayClass \"eg\")";
            case "keda.sh" -> ".Values.keda.enabled";
            case "external-secrets.io" -> ".Values.externalSecrets.enabled";
            default -> conditionOfName(name);
        };
    }

    private static String conditionOfName(String name) {
        if (name.startsWith("dashboard-")) {
            return ".Values.monitoring.enabled";
        }
        return switch (name) {
            case "kafka-metrics" -> ".Values.kafka.enabled";
            case "redis" -> ".Values.redis.enabled";
            case "secret-reader" -> ".Values.externalSecrets.enabled";
            default -> "";
        };
    }

    private String valuesFile() {
        StringBuilder text = new StringBuilder();
        COMMENTS.forEach(entry -> text.append(entry.getValue().isEmpty() ? "" : "# " + entry.getValue() + "\n")
                .append(YAML.writeValueAsString(
                        Map.of(entry.getKey(), values.defaults().path(entry.getKey())))));
        return text.toString();
    }

    /** Rejects values that do not exist. */
    private static ObjectNode schema(JsonNode value) {
        ObjectNode schema = JsonMapper.shared().createObjectNode();
        if (!value.isObject()) {
            return schema.put("type", value.isBoolean() ? "boolean" : value.isNumber() ? "integer" : "string");
        }
        schema.put("type", "object").put("additionalProperties", false);
        ObjectNode properties = schema.putObject("properties");
        value.properties().forEach(entry -> {
            ObjectNode property = OPEN.contains(entry.getKey())
                    ? JsonMapper.shared().createObjectNode().put("type", "object")
                    : schema(entry.getValue());
            properties.set(entry.getKey(), property);
        });
        return schema;
    }
}
