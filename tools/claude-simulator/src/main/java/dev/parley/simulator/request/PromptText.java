package dev.parley.simulator.request;

import tools.jackson.databind.JsonNode;

/**
 * Everything that counts as input besides pictures, in the order of the prompt cache: tools, system prompt, messages.
 *
 * @param all the whole of it
 * @param cached the part up to the last {@code cache_control}, empty if there is none
 */
record PromptText(String all, String cached) {

    static PromptText of(JsonNode body) {
        Walk walk = new Walk();
        body.path("tools").forEach(tool -> walk.take(tool, tool.toString()));
        walk.content(body.path("system"));
        body.path("messages").forEach(message -> walk.content(message.path("content")));
        if (body.path("cache_control").isObject()) {
            walk.mark();
        }
        return new PromptText(walk.text.toString(), walk.text.substring(0, walk.cachedLength));
    }

    private static final class Walk {
        private final StringBuilder text = new StringBuilder();
        private int cachedLength;

        void content(JsonNode content) {
            if (content.isString()) {
                text.append(content.stringValue("")).append('\n');
            }
            for (JsonNode block : content) {
                take(block, words(block));
                content(block.path("content"));
            }
        }

        void take(JsonNode block, String words) {
            text.append(words).append('\n');
            if (block.path("cache_control").isObject()) {
                mark();
            }
        }

        void mark() {
            cachedLength = text.length();
        }

        private static String words(JsonNode block) {
            return block.path("text").stringValue("")
                    + block.path("thinking").stringValue("")
                    + (block.path("input").isObject() ? block.path("input").toString() : "");
        }
    }
}
