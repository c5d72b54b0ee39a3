package dev.parley.inference.generation;

import dev.parley.contracts.event.ChatRequested;
import dev.parley.inference.generation.Claude.Call;
import dev.parley.inference.generation.RetryPolicy.Way;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Makes the requests by which Claude goes on with an answer that broke off (docs.claude.com, "Prefill Claude's response"). */
final class Continuation {
    private static final String PLEASE_GO_ON =
            "Your message above was cut off by a technical fault. Go on exactly where it ends, in the middle of a word if"
                    + " need be. Do not repeat any of it, do not comment, do not apologise: write only what is missing.";

    /** A guess; too low, the answer may become a little longer than was allowed, too high, it would be cut. */
    private static final int CHARACTERS_PER_TOKEN = 4;

    private Continuation() {}

    /** The call that asks a model for the answer, or for what is missing of it. */
    static Call call(JsonMapper mapper, ChatRequested asked, String model, Way way, ShownAnswer shown) {
        byte[] request = way == Way.AS_ASKED ? asked.request() : request(mapper, asked.request(), way, shown.text());
        if (!model.equals(asked.model())) {
            request = mapper.writeValueAsBytes(((ObjectNode) mapper.readTree(request)).put("model", model));
        }
        return new Call(model, asked.anthropicVersion(), asked.anthropicBeta(), request);
    }

    /**
     * The request.
     *
     * @param asked the client's request in UTF-8
     * @param text what the reader has been shown
     */
    private static byte[] request(JsonMapper mapper, byte[] asked, Way way, String text) {
        ObjectNode request = (ObjectNode) mapper.readTree(asked);
        ArrayNode messages = request.withArray("messages");
        // Claude refuses a beginning that ends in white space.
        append(messages, way == Way.PREFILL ? text.stripTrailing() : text);
        if (way == Way.REQUEST) {
            messages.addObject().put("role", "user").put("content", PLEASE_GO_ON);
        }
        JsonNode tokensMax = request.path("max_tokens");
        if (tokensMax.isInt()) {
            request.put("max_tokens", Math.max(1, tokensMax.intValue() - text.length() / CHARACTERS_PER_TOKEN));
        }
        return mapper.writeValueAsBytes(request);
    }

    /** To the client's own prefill if there is one, else as a message of its own. */
    private static void append(ArrayNode messages, String text) {
        if (messages.isEmpty()
                || !(messages.get(messages.size() - 1) instanceof ObjectNode last)
                || !last.path("role").stringValue("").equals("assistant")) {
            messages.addObject().put("role", "assistant").put("content", text);
        } else if (last.path("content").isString()) {
            last.put("content", last.path("content").stringValue() + text);
        } else {
            last.withArray("content").addObject().put("type", "text").put("text", text);
        }
    }
}
