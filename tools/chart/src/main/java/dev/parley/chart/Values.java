package dev.parley.chart;

import static java.util.stream.Collectors.joining;

import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tools.jackson.core.JsonPointer;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.databind.node.StringNode;

/**
 * The values of the chart: what operators change. Each replaces a part of an object by an expression, and has what stood
 * there as its default.
 */
final class Values {
    /** Stands in an object for an expression, until the object is text. */
    private static final Pattern MARK = Pattern.compile("<<(TEXT|VALUE|BLOCK) ([^>]*)>>");

    private static final Pattern IMAGE = Pattern.compile("(parley/)([a-z-]+):(.+)");
    private static final String NAMESPACE = "parley";
    private static final String SETTINGS = "parley.settings";
    private static final Map<String, String> SERVICES = Map.of(
            "gateway-service", "gatewayService",
            "inference-service", "inferenceService",
            "cache-service", "cacheService",
            "persistence-worker", "persistenceWorker",
            "redis", "redis",
            "varnish", "edge");

    private final ObjectNode defaults = JsonMapper.shared().createObjectNode();

    ObjectNode defaults() {
        return defaults;
    }

    /** Puts expressions into an object. */
    void parameterise(ObjectNode object) {
        String name = object.path("metadata").path("name").asString();
        switch (object.path("kind").asString()) {
            case "Deployment" -> deployment(object, name);
            case "Job" -> {
                text(object, "/metadata/name", "topics-{{ .Values.image.tag }}");
                images(object);
            }
            case "ConfigMap" -> configMap(object, name);
            case "HorizontalPodAutoscaler" -> {
                value(object, "/spec/minReplicas", service(name) + ".minReplicas");
                value(object, "/spec/maxReplicas", service(name) + ".maxReplicas");
            }
            case "ScaledObject" -> {
                value(object, "/spec/minReplicaCount", service(name) + ".minReplicas");
                value(object, "/spec/maxReplicaCount", service(name) + ".maxReplicas");
                object.at("/spec/triggers").forEach(trigger -> {
                    if (trigger.path("metadata").has("serverAddress")) {
                        string((ObjectNode) trigger, "/metadata/serverAddress", "keda.prometheus");
                    }
                });
            }
            case "ServiceAccount" -> serviceAccount(object, name);
            case "KafkaNodePool" -> {
                string(object, "/spec/storage/volumes/0/size", "kafka." + name + ".storage");
                block(object, "/spec/resources", "kafka." + name + ".resources");
            }
            case "Gateway" -> {
                string(object, "/spec/gatewayClassName", "route.gatewayClass");
                string(object, "/spec/listeners/0/hostname", "route.host");
                string(object, "/spec/listeners/0/tls/certificateRefs/0/name", "route.certificate");
            }
            case "HTTPRoute" -> string(object, "/spec/hostnames/0", "route.host");
            case "NetworkPolicy" -> {
                if (name.equals("scraping")) {
                    string(
                            object,
                            "/spec/ingress/0/from/0/namespaceSelector/matchLabels/kubernetes.io~1metadata.name",
                            "monitoring.namespace");
                }
            }
            case "SecretStore" -> string(object, "/spec/provider/aws/region", "externalSecrets.region");
            default -> {
                // Nothing that operators change.
            }
        }
        namespaces(object);
    }

    private void deployment(ObjectNode object, String name) {
        block(object, "/spec/template/spec/containers/0/resources", service(name) + ".resources");
        if (name.equals("redis")) {
            memory(object);
        }
        if (name.equals("varnish")) {
            value(object, "/spec/replicas", service(name) + ".replicas");
        }
        images(object);
        ObjectNode template = (ObjectNode) object.at("/spec/template/metadata");
        if (object.toString().contains("{\"name\":\"" + NAMESPACE + "\"}")) {
            template.withObject("annotations")
                    .put("checksum/settings", "<<TEXT {{ include \"" + SETTINGS + "\" . | sha256sum }}>>");
        }
    }

    /** What Redis keeps at most, which its container has to have room for. */
    private void memory(ObjectNode redis) {
        String pointer = "/spec/template/spec/containers/0/args";
        JsonNode arguments = redis.at(pointer);
        for (int i = 1; i < arguments.size(); i++) {
            if (arguments.get(i - 1).asString().equals("--maxmemory")) {
                string(redis, pointer + "/" + i, "redis.maxMemory");
            }
        }
    }

    private void images(ObjectNode object) {
        for (String containers : new String[] {"containers", "initContainers"}) {
            for (JsonNode container : object.at("/spec/template/spec/" + containers)) {
                Matcher own = IMAGE.matcher(container.path("image").asString());
                if (own.matches()) {
                    set("image.registry", StringNode.valueOf(own.group(1)));
                    set("image.tag", StringNode.valueOf(own.group(3)));
                    text(
                            (ObjectNode) container,
                            "/image",
                            "{{ .Values.image.registry }}" + own.group(2) + ":{{ .Values.image.tag }}");
                } else {
                    string(
                            (ObjectNode) container,
                            "/image",
                            container.path("name").asString() + ".image");
                }
            }
        }
    }

    private void configMap(ObjectNode object, String name) {
        if (name.equals(NAMESPACE)) {
            set("settings", JsonMapper.shared().createObjectNode());
            object.put("data", "<<BLOCK include \"" + SETTINGS + "\" . | fromYaml>>");
        } else if (name.equals("topics")) {
            set("topics.settings", JsonMapper.shared().createObjectNode());
            JsonNode data = object.path("data");
            object.put(
                    "data",
                    "<<BLOCK include \"parley.texts\" (mergeOverwrite (" + dict(data)
                            + ") .Values.topics.settings) | fromYaml>>");
        }
    }

    private static String dict(JsonNode data) {
        return data.properties().stream()
                .map(entry -> " \"%s\" \"%s\""
                        .formatted(entry.getKey(), entry.getValue().asString()))
                .collect(joining("", "dict", ""));
    }

    private void serviceAccount(ObjectNode object, String name) {
        if (!name.equals("topics")) {
            var _ = object.withObject("/metadata/annotations");
            String key = name.equals("secret-reader") ? "externalSecrets" : service(name);
            block(object, "/metadata/annotations", key + ".serviceAccountAnnotations");
        }
    }

    /**
     * Templates of the settings. {@code parley.settings} has those of the overlay, what the edge adds if it is enabled, and the
     * operator's; {@code parley.texts} makes texts of all values, as a ConfigMap requires.
     */
    static String settings(JsonNode production, JsonNode edge) {
        ObjectNode added = JsonMapper.shared().createObjectNode();
        edge.forEachEntry((name, value) -> {
            if (!value.equals(production.get(name))) {
                added.set(name, value);
            }
        });
        return """
                {{- define "parley.texts" -}}
                {{- range $name, $value := . }}
                {{- /* Helm reads numbers as floating-point ones, whose text may be 1e+06. */}}
                {{- if and (kindIs "float64" $value) (eq $value (float64 (int64 $value))) -}}
                {{- $value = int64 $value -}}
                {{- end }}
                {{ $name }}: {{ $value | toString | quote }}
                {{- end }}
                {{- end -}}
                {{- define "parley.settings" -}}
                {{- $settings := PRODUCTION -}}
                {{- if .Values.edge.enabled -}}
                {{- $settings = mergeOverwrite $settings (EDGE) -}}
                {{- end -}}
                {{- include "parley.texts" (mergeOverwrite $settings .Values.settings) -}}
                {{- end -}}
                """.replace("PRODUCTION", dict(production)).replace("EDGE", dict(added));
    }

    private static void namespaces(JsonNode node) {
        switch (node) {
            case ObjectNode object ->
                object.properties().forEach(entry -> {
                    if (entry.getKey().equals("namespace")
                            && entry.getValue().asString("").equals(NAMESPACE)) {
                        entry.setValue(StringNode.valueOf("<<TEXT {{ .Release.Namespace }}>>"));
                    } else if (entry.getValue().isString()) {
                        String text = entry.getValue().asString();
                        entry.setValue(StringNode.valueOf(text.replace(
                                "namespace=\"" + NAMESPACE + "\"", "namespace=\"<<TEXT {{ .Release.Namespace }}>>\"")));
                    } else {
                        namespaces(entry.getValue());
                    }
                });
            case ArrayNode array -> array.forEach(Values::namespaces);
            default -> {
                // A scalar.
            }
        }
    }

    private static String service(String name) {
        String key = SERVICES.get(name);
        if (key == null) {
            throw new IllegalStateException("the chart has no values for " + name);
        }
        return key;
    }

    private static void text(ObjectNode object, String pointer, String template) {
        replace(object, pointer, "<<TEXT " + template + ">>");
    }

    private void string(ObjectNode object, String pointer, String value) {
        set(value, object.at(pointer));
        replace(object, pointer, "<<TEXT {{ .Values." + value + " }}>>");
    }

    private void value(ObjectNode object, String pointer, String value) {
        set(value, object.at(pointer));
        replace(object, pointer, "<<VALUE .Values." + value + ">>");
    }

    private void block(ObjectNode object, String pointer, String value) {
        set(value, object.at(pointer));
        replace(object, pointer, "<<BLOCK .Values." + value + ">>");
    }

    private static void replace(ObjectNode object, String pointer, String mark) {
        JsonPointer place = JsonPointer.compile(pointer);
        switch (object.at(place.head())) {
            case ObjectNode parent -> parent.put(place.last().getMatchingProperty(), mark);
            case ArrayNode parent -> parent.set(place.last().getMatchingIndex(), StringNode.valueOf(mark));
            default -> throw new IllegalStateException(Overlay.id(object) + " has no " + pointer);
        }
    }

    /** Sets a default. One that several objects share has to be the same in all. */
    void set(String value, JsonNode found) {
        if (found.isMissingNode()) {
            throw new IllegalStateException("nothing to take " + value + " from");
        }
        JsonPointer place = JsonPointer.compile("/" + value.replace('.', '/'));
        JsonNode before = defaults.at(place);
        if (!before.isMissingNode() && !before.equals(found)) {
            throw new IllegalStateException(value + " is " + before + " and " + found);
        }
        defaults.withObject(place.head()).set(place.last().getMatchingProperty(), found);
    }

    /** The text of an object as a template: with the expressions for the marks, and all other braces as text. */
    static String template(String yaml) {
        StringBuilder lines = new StringBuilder();
        yaml.lines().forEach(line -> lines.append(line(line)).append('\n'));
        return lines.toString();
    }

    private static String line(String line) {
        int indent = line.length() - line.stripLeading().length();
        Matcher marks = MARK.matcher(line);
        StringBuilder text = new StringBuilder();
        int end = 0;
        while (marks.find()) {
            // A value and a block are without the quotes around their mark.
            int quote = marks.group(1).equals("TEXT") ? 0 : 1;
            String before = literal(line.substring(end, marks.start() - quote));
            String expression = marks.group(2).replace("\\\"", "\"");
            end = marks.end() + quote;
            text.append(
                    switch (marks.group(1)) {
                        case "TEXT" -> before + expression;
                        case "VALUE" -> before + "{{ " + expression + " }}";
                        // An empty map is on the line of its key.
                        default ->
                            before.stripTrailing()
                                    + "{{- toYaml (%s) | nindent %s }}".formatted(expression, indent + 2);
                    });
        }
        return text.append(literal(line.substring(end))).toString();
    }

    private static String literal(String text) {
        return text.replace("{{", "{{ \"{{\" }}");
    }
}
