package dev.parley.inference.generation;

import dev.parley.contracts.event.ChatRequested;
import dev.parley.inference.generation.Claude.Call;
import dev.parley.inference.generation.RetryPolicy.Way;
import java.util.Arrays;
import tools.jackson.databind.json.JsonMapper;

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
        boolean sameModel = model.equals(asked.model());
        if (way == Way.AS_ASKED && sameModel) {
            return new Call(model, asked.anthropicVersion(), asked.anthropicBeta(), asked.request());
        }
        RequestText request = new RequestText(asked.request());
        if (!sameModel) {
            request.model(mapper.writeValueAsBytes(model));
        }
        if (way != Way.AS_ASKED) {
            goOn(mapper, request, way, shown.text());
        }
        return new Call(model, asked.anthropicVersion(), asked.anthropicBeta(), request.changed());
    }

    /**
     * Changes the client's request.
     *
     * @param text what the reader has been shown
     */
    private static void goOn(JsonMapper mapper, RequestText request, Way way, String text) {
        // Claude refuses a beginning that ends in white space.
        append(mapper, request, way == Way.PREFILL ? text.stripTrailing() : text);
        if (way == Way.REQUEST) {
            request.addMessage(message(mapper, "user", PLEASE_GO_ON));
        }
        request.tokensMax().ifPresent(tokensMax -> {
            int left = Math.max(1, tokensMax - text.length() / CHARACTERS_PER_TOKEN);
            request.tokensMax(mapper.writeValueAsBytes(left));
        });
    }

    /** To the client's own prefill if there is one, else as a message of its own. */
    private static void append(JsonMapper mapper, RequestText request, String text) {
        switch (request.openContent()) {
            case STRING -> {
                byte[] quoted = mapper.writeValueAsBytes(text);
                request.addContent(Arrays.copyOfRange(quoted, 1, quoted.length - 1));
            }
            case ARRAY, EMPTY_ARRAY ->
                request.addContent(mapper.writeValueAsBytes(
                        mapper.createObjectNode().put("type", "text").put("text", text)));
            case OTHER -> request.addMessage(message(mapper, "assistant", text));
        }
    }

    private static byte[] message(JsonMapper mapper, String role, String text) {
        return mapper.writeValueAsBytes(
                mapper.createObjectNode().put("role", role).put("content", text));
    }
}
