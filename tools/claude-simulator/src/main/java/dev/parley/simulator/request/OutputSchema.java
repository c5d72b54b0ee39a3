package dev.parley.simulator.request;

import static dev.parley.simulator.request.Question.string;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;

/** What structured outputs and strict tools do not support of JSON Schema (docs.claude.com, "Structured outputs"). */
final class OutputSchema {
    private static final List<String> UNSUPPORTED = List.of(
            "exclusiveMaximum",
            "exclusiveMinimum",
            "maxItems",
            "maxLength",
            "maximum",
            "minLength",
            "minimum",
            "multipleOf",
            "oneOf",
            "uniqueItems");

    private static final Set<String> FORMATS =
            Set.of("date-time", "time", "date", "duration", "email", "hostname", "uri", "ipv4", "ipv6", "uuid");

    private OutputSchema() {}

    /** The first error of a schema or of one within it. */
    static Optional<String> error(JsonNode schema) {
        String type = string(schema, "type");
        List<String> unsupported = UNSUPPORTED.stream().filter(schema::has).toList();
        if (!unsupported.isEmpty()) {
            return Optional.of(
                    "For '" + type + "' type, properties " + String.join(", ", unsupported) + " are not supported");
        } else if (type.equals("object") && schema.path("additionalProperties").booleanValue(true)) {
            return Optional.of("For 'object' type, 'additionalProperties' must be explicitly set to false");
        } else if (schema.path("minItems").asInt(0) > 1) {
            return Optional.of("For 'array' type, 'minItems' values other than 0 or 1 are not supported");
        } else if (schema.has("format") && !FORMATS.contains(string(schema, "format"))) {
            return Optional.of("For 'string' type, format '" + string(schema, "format") + "' is not supported");
        }
        return inner(schema).flatMap(within -> error(within).stream()).findFirst();
    }

    private static Stream<JsonNode> inner(JsonNode schema) {
        Stream<JsonNode> several = Stream.of("properties", "$defs", "definitions", "anyOf", "allOf")
                .flatMap(keyword -> schema.path(keyword).valueStream());
        return Stream.concat(
                several, schema.path("items").isObject() ? Stream.of(schema.path("items")) : Stream.empty());
    }
}
