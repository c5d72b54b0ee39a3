package dev.parley.gateway.openai;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The size of all strict schemas of a request together, for which Claude has limits (platform.claude.com, "Structured outputs",
 * "Schema complexity limits"). The limit of the compiled grammar is not published. Definitions count once, however often they are
 * referred to.
 */
final class StrictSchemas {
    static final String LIMITS =
            "Claude permits 20 strict tools, 24 optional parameters and 16 with a union of types in a request.";

    private static final int TOOLS_MAX = 20;
    private static final int OPTIONAL_MAX = 24;
    private static final int UNIONS_MAX = 16;

    private int tools;
    private int optional;
    private int unions;

    /**
     * Counts strict tools, and a response format.
     *
     * @param tools the tools of a Messages request
     * @param format the schema of its response format, missing if there is none
     */
    StrictSchemas(JsonNode tools, JsonNode format) {
        for (JsonNode tool : tools) {
            if (tool.path("strict").booleanValue(false)) {
                this.tools++;
                count(tool.path("input_schema"));
            }
        }
        count(format);
    }

    /** Whether there are strict tools, and the limits are exceeded with them. */
    boolean exceedLimits() {
        return tools > 0 && (tools > TOOLS_MAX || optional > OPTIONAL_MAX || unions > UNIONS_MAX);
    }

    private void count(JsonNode value) {
        if (!(value instanceof ObjectNode schema)) {
            return;
        }
        Set<String> properties = new HashSet<>(schema.path("properties").propertyNames());
        schema.path("required").forEach(name -> properties.remove(name.stringValue("")));
        optional += properties.size();
        if (schema.has("anyOf") || schema.path("type").isArray()) {
            unions++;
        }
        for (String keyword : List.of("properties", "$defs", "definitions", "anyOf", "allOf")) {
            schema.path(keyword).forEach(this::count);
        }
        count(schema.path("items"));
    }
}
