package dev.parley.simulator.answer;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Generates an object that fits a JSON schema, such as the input of a tool; values are taken from the question if possible. */
record ToolInput(JsonNode root, String question) {
    private static final int DEPTH_MAX = 6;
    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
    private static final Pattern NUMBER = Pattern.compile("-?\\d+(?:\\.\\d+)?");
    private static final Pattern CALCULATION = Pattern.compile("\\d[\\d\\s.]*(?:[-+*/x×][\\s(]*\\d[\\d\\s.)]*)+");
    private static final Pattern PLACE =
            Pattern.compile("\\b(?:in|for|at|near|of|to)\\s+(\\p{Lu}[\\p{L}-]*(?:\\s\\p{Lu}[\\p{L}-]*)*)");
    private static final Set<String> PLACES =
            Set.of("location", "city", "place", "region", "country", "destination", "origin");
    private static final Map<String, String> BY_FORMAT = Map.of(
            "date", "2026-11-24",
            "time", "12:00:00Z",
            "date-time", "2026-11-24T12:00:00Z",
            "email", "ada@example.com",
            "uri", "https://example.com/",
            "uuid", "00000000-0000-4000-8000-000000000000");

    /** An object with the required properties of a schema, or with all of them if none is required. */
    static ObjectNode of(JsonNode schema, String question) {
        return new ToolInput(schema, question).object(schema, 0);
    }

    private ObjectNode object(JsonNode schema, int depth) {
        ObjectNode object = JSON.objectNode();
        List<String> required = schema.path("required").values().stream()
                .map(name -> name.stringValue(""))
                .toList();
        for (Map.Entry<String, JsonNode> property : schema.path("properties").properties()) {
            if (required.isEmpty() || required.contains(property.getKey())) {
                object.set(property.getKey(), value(property.getKey(), property.getValue(), depth + 1));
            }
        }
        return object;
    }

    private JsonNode value(String name, JsonNode schema, int depth) {
        if (depth > DEPTH_MAX) {
            return JSON.nullNode();
        }
        if (schema.has("const")) {
            return schema.path("const");
        }
        if (!schema.path("enum").isEmpty()) {
            return mentionedOrFirst(schema.path("enum"));
        }
        for (String alternatives : List.of("anyOf", "oneOf", "allOf")) {
            if (!schema.path(alternatives).isEmpty()) {
                return value(name, schema.path(alternatives).path(0), depth + 1);
            }
        }
        String reference = schema.path("$ref").stringValue("");
        if (reference.startsWith("#")) {
            return value(name, root.at(reference.substring(1)), depth + 1);
        }
        return switch (type(schema)) {
            case "object" -> object(schema, depth);
            case "array" -> JSON.arrayNode().add(value(name, schema.path("items"), depth + 1));
            case "integer" -> JSON.numberNode(Math.round(number(schema)));
            case "number" -> JSON.numberNode(number(schema));
            case "boolean" -> JSON.booleanNode(true);
            case "null" -> JSON.nullNode();
            default -> JSON.stringNode(text(name, schema));
        };
    }

    private static String type(JsonNode schema) {
        JsonNode type = schema.path("type");
        return type.isArray() ? type.path(0).stringValue("string") : type.stringValue("string");
    }

    private JsonNode mentionedOrFirst(JsonNode values) {
        return values.values().stream()
                .filter(value -> value.isString() && question.contains(value.stringValue("")))
                .findFirst()
                .orElseGet(() -> values.path(0));
    }

    private double number(JsonNode schema) {
        Matcher found = NUMBER.matcher(question);
        double number = found.find() ? Double.parseDouble(found.group()) : 1;
        return Math.clamp(
                number,
                schema.path("minimum").asDouble(-Double.MAX_VALUE),
                schema.path("maximum").asDouble(Double.MAX_VALUE));
    }

    private String text(String name, JsonNode schema) {
        String byFormat = BY_FORMAT.get(schema.path("format").stringValue(""));
        if (byFormat != null) {
            return byFormat;
        }
        if (PLACES.contains(name)) {
            return first(PLACE, 1, "Paris");
        }
        if (name.equals("expression") || name.equals("calculation")) {
            return first(CALCULATION, 0, "6 * 7");
        }
        return question.isBlank() ? "simulated" : question.strip();
    }

    private String first(Pattern pattern, int group, String otherwise) {
        Matcher found = pattern.matcher(question);
        return found.find() ? found.group(group).strip() : otherwise;
    }
}
