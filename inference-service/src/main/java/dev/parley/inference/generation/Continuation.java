package dev.parley.inference.generation;

import dev.parley.contracts.event.ChatRequested;
import dev.parley.contracts.json.Utf8;
import dev.parley.contracts.model.LeastThinking;
import dev.parley.inference.generation.RetryPolicy.RequestForm;
import dev.parley.inference.generation.calls.AttemptRecord;
import dev.parley.inference.generation.calls.Claude.Call;
import dev.parley.messages.RequestEditor;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.json.JsonMapper;

/** Makes the requests that have Claude continue an interrupted answer (docs.claude.com, "Prefill Claude's response"). */
final class Continuation {
    private static final JsonMapper MAPPER = JsonMapper.shared();

    private static final String CONTINUE_PROMPT =
            "Your message above was cut off by a technical fault. Go on exactly where it ends, in the middle of a word if"
                    + " need be. Do not repeat any of it, do not comment, do not apologise: write only what is missing.";

    /** Room for thinking about a text that goes on. */
    private static final int THINKING_TOKENS = 1024;

    private Continuation() {}

    /**
     * The call for the answer, or for the part that is missing.
     *
     * @param leastThinking of the model, if the request names an alias
     */
    static Call call(
            ChatRequested asked,
            String model,
            Optional<LeastThinking> leastThinking,
            RequestForm form,
            DeliveredAnswer shown) {
        boolean sameModel = model.equals(asked.model());
        if (form == RequestForm.ORIGINAL && sameModel) {
            return new Call(
                    model, asked.anthropicVersion(), asked.anthropicBeta(), asked.request(), asked.keyOrTenant());
        }
        RequestEditor request = new RequestEditor(asked.request());
        if (!sameModel) {
            request.replaceModel(MAPPER.writeValueAsBytes(model));
        }
        leastThinking
                .flatMap(least -> least.insteadOf(request.thinkingType()))
                .ifPresent(type -> request.replaceThinking(MAPPER.writeValueAsBytes(Map.of("type", type))));
        if (form != RequestForm.ORIGINAL) {
            goOn(request, form, shown);
        }
        return new Call(model, asked.anthropicVersion(), asked.anthropicBeta(), request.edited(), asked.keyOrTenant());
    }

    /** Has the client's request go on from the text that was delivered to the reader so far. */
    private static void goOn(RequestEditor request, RequestForm form, DeliveredAnswer shown) {
        String text = shown.text();
        // Claude rejects a prefill that ends in white space.
        append(request, form == RequestForm.PREFILL ? text.stripTrailing() : text);
        if (form == RequestForm.USER_MESSAGE) {
            request.addMessage(message("user", CONTINUE_PROMPT));
        }
        request.maxTokens().ifPresent(tokensMax -> {
            // If the estimate is too low, the answer may exceed its limit; if it is too high, the answer is cut.
            int left = tokensMax - Utf8.length(text) / AttemptRecord.BYTES_PER_TOKEN;
            // Claude refuses a limit that is not above its budget for thinking, and may think again before it goes on.
            int forThinking = Math.max(request.thinkingBudget() + 1, shown.hasThinking() ? THINKING_TOKENS : 0);
            request.replaceMaxTokens(MAPPER.writeValueAsBytes(Math.max(Math.min(tokensMax, forThinking), left)));
        });
    }

    /** Extends the client's own prefill if there is one, else adds a message. */
    private static void append(RequestEditor request, String text) {
        switch (request.openContent()) {
            case STRING -> {
                byte[] quoted = MAPPER.writeValueAsBytes(text);
                request.addContent(Arrays.copyOfRange(quoted, 1, quoted.length - 1));
            }
            case ARRAY, EMPTY_ARRAY ->
                request.addContent(MAPPER.writeValueAsBytes(
                        MAPPER.createObjectNode().put("type", "text").put("text", text)));
            case OTHER -> request.addMessage(message("assistant", text));
        }
    }

    private static byte[] message(String role, String text) {
        return MAPPER.writeValueAsBytes(
                MAPPER.createObjectNode().put("role", role).put("content", text));
    }
}
