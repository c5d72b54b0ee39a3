package dev.parley.gateway.conversation;

import dev.parley.contracts.event.TurnFacts;
import dev.parley.contracts.id.GenerationId;
import dev.parley.contracts.json.RawJson;
import dev.parley.gateway.request.ClientRequest.Accepted;
import dev.parley.gateway.request.RequestJson;
import dev.parley.messages.InvalidToolInput;
import dev.parley.messages.Thinking;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * The messages of a conversation so far, in the format of a Messages API request.
 *
 * @param systemAndTools those of the request for the last answer, to which thinking in the messages is bound
 * @param last the answer at its end
 */
public record History(List<RawJson> messages, SystemAndTools systemAndTools, Optional<LastAnswer> last) {
    /** The heap of a message besides its bytes: the object and the reference to it. */
    private static final long MESSAGE = 32;

    public static final History EMPTY = new History(List.of(), SystemAndTools.NONE, Optional.empty());

    public History {
        messages = List.copyOf(messages);
    }

    /**
     * The history after a completed turn: the messages of its request, which include all earlier ones, without their marks for
     * the prompt cache, and its answer.
     *
     * @param answer the assembled message; parts that a request may not contain are omitted or replaced
     */
    public static History after(TurnFacts turn, JsonNode answer) {
        return after(turn.generation(), turn.model(), turn.escalates(), turn.request(), answer);
    }

    static History after(
            GenerationId generation,
            String requested,
            Optional<GenerationId> escalates,
            RawJson request,
            JsonNode answer) {
        // Detached: the request may have a large prompt or large tools besides.
        List<RawJson> messages = new ArrayList<>(RawJson.detached(
                request.elements("messages").stream().map(CacheMarks::removed).toList()));
        List<JsonNode> content = answer
                .path("content")
                .valueStream()
                .filter(block -> !isBlankText(block) && !Thinking.isUnsigned(block))
                .map(History::withObjectAsInput)
                .toList()
                .reversed()
                .stream()
                // Claude rejects it at the end of a message.
                .dropWhile(Thinking::is)
                .toList()
                .reversed();
        if (!content.isEmpty()) {
            ObjectNode message = JsonNodeFactory.instance.objectNode().put("role", "assistant");
            message.putArray("content").addAll(content);
            messages.add(RawJson.of(message));
        }
        LastAnswer last = new LastAnswer(
                generation,
                requested,
                answer.path("model").stringValue(requested),
                answer.path("stop_reason").stringValue(""),
                escalates);
        return new History(messages, SystemAndTools.of(request), Optional.of(last));
    }

    /**
     * The messages that precede those of a request. Without thinking if the request has another system prompt or other tools,
     * because Claude refuses it then. Models that accept the type {@code enabled} do not, but require it before the result of a
     * tool.
     */
    public List<RawJson> before(Accepted request) {
        boolean kept = request.json().at("/thinking/type").stringValue("").equals("enabled")
                || systemAndTools.equals(SystemAndTools.of(request.json()));
        return kept
                ? messages
                : messages.stream()
                        .map(ThinkingBlocks::removed)
                        .flatMap(Optional::stream)
                        .toList();
    }

    /** The length of all messages as JSON. */
    public long bytes() {
        return messages.stream().mapToLong(RawJson::length).sum();
    }

    public long heapBytes() {
        return bytes() + MESSAGE * messages.size();
    }

    /** Claude may send an input that is incomplete, no object, or nothing that a request may contain. */
    private static JsonNode withObjectAsInput(JsonNode block) {
        if (!(block instanceof ObjectNode call && call.has("input"))) {
            return block;
        }
        JsonNode partial = call.path("partial_json");
        // Not toString(), which does not escape half of a surrogate pair.
        String input = partial.stringValue(RawJson.of(call.path("input")).toString());
        if (partial.isMissingNode() && RequestJson.toolInput(input).isPresent()) {
            return block;
        }
        ObjectNode whole = call.deepCopy();
        InvalidToolInput.replace(whole, input);
        return whole;
    }

    /** Claude may send a text block that is empty or white space, but rejects it in a request. */
    private static boolean isBlankText(JsonNode block) {
        return block.path("type").stringValue("").equals("text")
                && block.path("text").stringValue("").isBlank();
    }
}
