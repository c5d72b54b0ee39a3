package dev.parley.gateway.openai;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Rewrites a JSON schema of a client for Claude's structured outputs and strict tools, which support a part of JSON Schema and
 * refuse the rest (docs.claude.com, "Structured outputs"). As in Anthropic's SDKs, an unsupported keyword is moved to the
 * description, which Claude may follow; the client validates the answer by its own schema. Recurses as deep as the request is
 * nested.
 */
final class OutputSchema {
    private static final JsonMapper JSON = JsonMapper.shared();
    private static final String DESCRIPTION = "description";
    private static final String PROPERTIES = "properties";
    private static final String ADDITIONAL = "additionalProperties";

    private static final Set<String> FORMATS =
            Set.of("date-time", "time", "date", "duration", "email", "hostname", "uri", "ipv4", "ipv6", "uuid");

    /**
     * What Claude refuses in a {@code pattern}, or is not documented to support: word boundaries, back references, categories of
     * characters, groups that look around or have a name, and counts of more than two digits. A group of characters that looks
     * like one is taken for it.
     */
    private static final Pattern UNSUPPORTED_PATTERN =
            Pattern.compile("(?<!\\\\)(?:\\\\\\\\)*(?:\\\\[bBkpP1-9]|\\(\\?[^:]|\\{\\d*,?\\d{3})");

    private final ObjectNode schema;
    private final ObjectNode supported = JSON.createObjectNode();
    private final List<String> others = new ArrayList<>();

    private OutputSchema(ObjectNode schema) {
        this.schema = schema;
    }

    /**
     * The schema in what Claude supports. What cannot be expressed so remains and is refused by Claude, such as a map, which is
     * an object without {@code properties}, or with none: closed, it would always be empty.
     */
    static ObjectNode of(ObjectNode schema) {
        return new OutputSchema(schema).rewritten();
    }

    private ObjectNode rewritten() {
        boolean reference = schema.has("$ref");
        schema.forEachEntry((keyword, value) -> {
            switch (keyword) {
                case "$ref" -> supported.set(keyword, value);
                case "$defs", "definitions" -> supported.set(keyword, byName(value));
                default -> {
                    if (!reference) {
                        add(keyword, value);
                    }
                }
            }
        });
        if (supported.has(PROPERTIES) && !isMap()) {
            supported.put(ADDITIONAL, false);
        }
        if (!others.isEmpty()) {
            String description = supported.path(DESCRIPTION).stringValue("");
            supported.put(
                    DESCRIPTION,
                    (description.isEmpty() ? "" : description + "\n\n") + "{" + String.join(", ", others) + "}");
        }
        return supported;
    }

    /** Whether an object has members, but none with a name. Pydantic AI adds empty {@code properties} to each map. */
    private boolean isMap() {
        JsonNode additional = schema.path(ADDITIONAL);
        return schema.path(PROPERTIES).isEmpty()
                && (additional.isObject() || additional.booleanValue(false) || schema.has("patternProperties"));
    }

    private void add(String keyword, JsonNode value) {
        switch (keyword) {
            case "type", "title", DESCRIPTION, "enum", "const", "default", "required", ADDITIONAL ->
                supported.set(keyword, value);
            case PROPERTIES -> supported.set(keyword, byName(value));
            case "items" -> supported.set(keyword, rewritten(value));
            case "anyOf", "allOf" -> supported.set(keyword, each(value));
            case "oneOf" -> {
                if (schema.has("anyOf")) {
                    addIf(false, keyword, value);
                } else {
                    supported.set("anyOf", each(value));
                }
            }
            case "format" -> addIf(FORMATS.contains(value.stringValue("")), keyword, value);
            case "pattern" ->
                addIf(
                        value.isString()
                                && !UNSUPPORTED_PATTERN
                                        .matcher(value.stringValue())
                                        .find(),
                        keyword,
                        value);
            case "minItems" -> addIf(value.isInt() && (value.intValue() == 0 || value.intValue() == 1), keyword, value);
            case "$schema", "$id" -> {
                // The dialect and the name of the whole.
            }
            default -> addIf(false, keyword, value);
        }
    }

    private void addIf(boolean isSupported, String keyword, JsonNode value) {
        if (isSupported) {
            supported.set(keyword, value);
        } else {
            others.add(keyword + ": " + value);
        }
    }

    private static JsonNode byName(JsonNode schemas) {
        ObjectNode all = JSON.createObjectNode();
        schemas.forEachEntry((name, schema) -> all.set(name, rewritten(schema)));
        return schemas.isObject() ? all : schemas;
    }

    private static JsonNode each(JsonNode schemas) {
        ArrayNode all = JSON.createArrayNode();
        schemas.forEach(schema -> all.add(rewritten(schema)));
        return schemas.isArray() ? all : schemas;
    }

    /** A schema may also be true or false; anything else is for Claude to refuse. */
    private static JsonNode rewritten(JsonNode schema) {
        return schema instanceof ObjectNode object ? of(object) : schema;
    }
}
