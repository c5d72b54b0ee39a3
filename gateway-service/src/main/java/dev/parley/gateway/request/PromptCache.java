package dev.parley.gateway.request;

import tools.jackson.databind.node.ObjectNode;

/** The mark for Claude's prompt cache on requests of clients whose API has none. */
public final class PromptCache {
    private static final String MARK = "cache_control";

    private PromptCache() {}

    /**
     * Marks the prompt for Claude's cache if later requests may begin with it, unless the client has marks of its own
     * (docs.claude.com, "Prompt caching"). Claude ignores the mark of a short prompt.
     */
    public static void mark(ObjectNode request) {
        boolean stable = request.has("system")
                || request.has("tools")
                || request.path("messages").size() > 1;
        if (stable && request.findValue(MARK) == null) {
            request.putObject(MARK).put("type", "ephemeral");
        }
    }
}
