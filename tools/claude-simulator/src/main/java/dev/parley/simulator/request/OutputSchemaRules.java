package dev.parley.simulator.request;

import static dev.parley.simulator.request.Question.string;

import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;

/** What structured outputs and strict tools do not support of JSON Schema (docs.claude.com, "Structured outputs"). */
final class OutputSchemaRules {
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

    private static final int STRICT_TOOLS_MAX = 20;
    private static final int OPTIONAL_MAX = 24;
    private static final int UNIONS_MAX = 16;

    private static final Set<String> FORMATS =
            Set.of("date-time", "time", "date", "duration", "email", "hostname", "uri", "ipv4", "ipv6", "uuid");

    private OutputSchemaRules() {}

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

    /** The first limit that the schemas of a request exceed together (there, "Schema complexity limits"). */
    static Optional<String> limitError(JsonNode format, List<JsonNode> strictTools) {
        int optional = optional(format)
                + strictTools.stream().mapToInt(OutputSchemaRules::optional).sum();
        int unions = unions(format)
                + strictTools.stream().mapToInt(OutputSchemaRules::unions).sum();
        if (strictTools.size() > STRICT_TOOLS_MAX) {
            return Optional.of("Too many strict tools (" + strictTools.size() + "). The maximum number of strict tools "
                    + "supported is " + STRICT_TOOLS_MAX + ". Try reducing the number of tools marked as strict.");
        } else if (optional > OPTIONAL_MAX) {
            return Optional.of(
                    "Schemas contains too many optional parameters (" + optional + "), which would make grammar "
                            + "compilation inefficient. Reduce the number of optional parameters in your tool schemas (limit: "
                            + OPTIONAL_MAX + ").");
        } else if (unions > UNIONS_MAX) {
            return Optional.of(
                    "Schemas contains too many parameters with union types (" + unions + " parameters with type "
                            + "arrays or anyOf). This causes exponential compilation cost. Reduce the number of nullable or "
                            + "union-typed parameters (limit: " + UNIONS_MAX + " parameters with unions).");
        }
        return Optional.empty();
    }

    /** The properties that a schema, and those within it, do not require. */
    private static int optional(JsonNode schema) {
        Set<String> names = new HashSet<>(schema.path("properties").propertyNames());
        schema.path("required").forEach(name -> names.remove(name.stringValue("")));
        return names.size()
                + inner(schema).mapToInt(OutputSchemaRules::optional).sum();
    }

    /** The schemas of several types, of a schema and those within it. */
    private static int unions(JsonNode schema) {
        return (schema.has("anyOf") || schema.path("type").isArray() ? 1 : 0)
                + inner(schema).mapToInt(OutputSchemaRules::unions).sum();
    }

    private static Stream<JsonNode> inner(JsonNode schema) {
        Stream<JsonNode> several = Stream.of("properties", "$defs", "definitions", "anyOf", "allOf")
                .flatMap(keyword -> schema.path(keyword).valueStream());
        return Stream.concat(
                several, schema.path("items").isObject() ? Stream.of(schema.path("items")) : Stream.empty());
    }
}
