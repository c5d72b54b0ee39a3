package dev.parley.contracts.reuse;

import tools.jackson.databind.JsonNode;

/** What a reader sees of a content: all but thinking. */
final class Visible {
    private Visible() {}

    static boolean is(JsonNode block) {
        String type = block.path("type").stringValue("");
        return !type.equals("thinking") && !type.equals("redacted_thinking");
    }
}
