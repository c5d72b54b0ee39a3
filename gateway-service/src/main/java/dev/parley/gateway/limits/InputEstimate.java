package dev.parley.gateway.limits;

import dev.parley.gateway.request.RequestParser;
import tools.jackson.databind.JsonNode;

/**
 * Estimates the input tokens of a request, biased upwards: one token per two bytes, and a fixed amount for each image and
 * each PDF file. English has about one token per four bytes, Chinese one per two or three.
 */
final class InputEstimate {
    private static final long OVERHEAD = 500;
    private static final long IMAGE = 5_000;
    private static final long PDF_FILE = 50_000;
    /** Tokens of a document that Claude fetches, for a call of which nothing else is known. */
    private static final long USUAL_DOCUMENT = 50_000;
    /** The largest context window; beyond it, Claude rejects the request without charge. */
    private static final long CONTEXT_TOKENS_MAX = 1_000_000;

    private InputEstimate() {}

    /**
     * Estimates the input tokens of a request of this length in bytes, at most 1,000,000: so many for one that continues a thread,
     * whose messages are at Claude, and for one with a document outside the request.
     */
    static long tokens(int bytes, JsonNode request) {
        return tokens(bytes, request, CONTEXT_TOKENS_MAX);
    }

    /** As {@link #tokens}, with 50,000 for each document outside the request: for a call that is charged, though nothing is known of it. */
    static long usualTokens(int bytes, JsonNode request) {
        return tokens(bytes, request, USUAL_DOCUMENT);
    }

    private static long tokens(int bytes, JsonNode request, long documentOutside) {
        if (RequestParser.continuesThread(request)) {
            return CONTEXT_TOKENS_MAX;
        }
        Attachments found = new Attachments(documentOutside);
        request.path("messages").forEach(message -> found.add(message.path("content")));
        return Math.min(CONTEXT_TOKENS_MAX, OVERHEAD + (bytes - found.imageBytes + 1) / 2 + found.tokens);
    }

    /** Counts the images and files in content. Only blocks count: the input of a tool is text, whatever it looks like. */
    private static final class Attachments {
        private final long documentOutside;
        private long imageBytes;
        private long tokens;

        Attachments(long documentOutside) {
            this.documentOutside = documentOutside;
        }

        /** Adds a list of blocks, one block, or a text. */
        void add(JsonNode content) {
            if (content.isArray()) {
                content.forEach(this::addBlock);
            } else if (content.isObject()) {
                addBlock(content);
            }
        }

        private void addBlock(JsonNode block) {
            String type = block.path("type").stringValue("");
            JsonNode source = block.path("source");
            if (type.equals("image") && source.isObject()) {
                imageBytes += source.path("data").stringValue("").length();
                tokens += IMAGE;
            } else if (type.equals("document")) {
                addDocument(source);
            } else if (!type.endsWith("tool_use")) {
                add(block.path("content"));
            }
        }

        /** Each page of a PDF file counts as its text and an image. A document outside the request may fill the context window. */
        private void addDocument(JsonNode source) {
            if (source.has("content")) {
                add(source.path("content"));
            } else if (!source.has("data")) {
                tokens += documentOutside;
            } else if (source.path("media_type").stringValue("").equals("application/pdf")) {
                tokens += PDF_FILE;
            }
        }
    }
}
