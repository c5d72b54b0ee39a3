package dev.parley.gateway.limits;

import tools.jackson.databind.JsonNode;

/**
 * Guesses how many tokens a request has, rather too many than too few: a token for two bytes of the request, and an amount
 * for each image and each file that is not in it. English has about one for four bytes, Chinese one for two or three.
 */
final class InputEstimate {
    private static final long OVERHEAD = 500;
    private static final long IMAGE = 5_000;
    private static final long FILE = 50_000;
    /** The largest context there is; beyond it, Claude refuses without charging. */
    private static final long MOST = 1_000_000;

    private InputEstimate() {}

    /**
     * The estimate.
     *
     * @param bytes the length of the request
     */
    static long tokens(int bytes, JsonNode request) {
        Attachments found = new Attachments();
        found.add(request.path("messages"));
        return Math.min(MOST, OVERHEAD + (bytes - found.imageBytes + 1) / 2 + found.tokens);
    }

    /** What messages carry beside text. */
    private static final class Attachments {
        private long imageBytes;
        private long tokens;

        void add(JsonNode node) {
            String type = node.path("type").stringValue("");
            JsonNode source = node.path("source");
            if (type.equals("image") && source.isObject()) {
                imageBytes += source.path("data").stringValue("").length();
                tokens += IMAGE;
            } else if (type.equals("document") && source.isObject() && !source.has("data") && !source.has("content")) {
                tokens += FILE;
            } else if (node.isContainer()) {
                node.forEach(this::add);
            }
        }
    }
}
