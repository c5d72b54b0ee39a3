package dev.parley.gateway.openai;

import dev.parley.contracts.id.GenerationId;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * Translates the events of one answer, from the first on. Each becomes one chunk or none, so that the place of an event
 * on the log is the place of its chunk. What a chunk says depends on the log alone: whoever translates the same events
 * again gets the same chunks.
 *
 * <p>Owned by the one thread that reads the events.
 */
final class ChunkTranslator {
    private static final JsonMapper JSON = JsonMapper.shared();

    /** A call of a tool while its arguments come. */
    private static final class Call {
        final int index;
        final JsonNode input;
        boolean begun;

        Call(int index, JsonNode input) {
            this.index = index;
            this.input = input;
        }
    }

    private final GenerationId generation;
    private final boolean withUsage;
    private final Map<Integer, Call> calls = new HashMap<>();
    private final ObjectNode usage = JSON.createObjectNode();
    private String model = "";
    private boolean complete;

    /**
     * A translator before the first event.
     *
     * @param withUsage whether the last chunk is to say what the answer took
     */
    ChunkTranslator(GenerationId generation, boolean withUsage) {
        this.generation = generation;
        this.withUsage = withUsage;
    }

    /** Whether the answer has come to its end: without it, an end of the stream is a cut. */
    boolean complete() {
        return complete;
    }

    /** The chunk for the next event, if there is something to say. */
    Optional<ObjectNode> translate(JsonNode event) {
        return switch (event.path("type").stringValue("")) {
            case "message_start" -> Optional.of(begin(event.path("message")));
            case "content_block_start" -> block(event.path("index").asInt(0), event.path("content_block"));
            case "content_block_delta" -> delta(event.path("index").asInt(0), event.path("delta"));
            case "content_block_stop" -> blockEnd(event.path("index").asInt(0));
            case "message_delta" -> finish(event);
            case "message_stop" -> {
                complete = true;
                yield withUsage ? Optional.of(usageChunk()) : Optional.empty();
            }
            default -> Optional.empty();
        };
    }

    private ObjectNode begin(JsonNode message) {
        model = message.path("model").stringValue("");
        take(message.path("usage"));
        return chunk(delta().put("role", "assistant").put("content", ""), null);
    }

    private Optional<ObjectNode> block(int block, JsonNode begun) {
        return switch (begun.path("type").stringValue("")) {
            case "text" -> said("content", begun.path("text"));
            case "thinking" -> said("reasoning_content", begun.path("thinking"));
            case "tool_use" -> {
                Call call = new Call(calls.size(), begun.path("input"));
                calls.put(block, call);
                ObjectNode delta = delta();
                ObjectNode function = delta.putArray("tool_calls")
                        .addObject()
                        .put("index", call.index)
                        .put("id", begun.path("id").stringValue(""))
                        .put("type", "function")
                        .putObject("function");
                function.put("name", begun.path("name").stringValue("")).put("arguments", "");
                yield Optional.of(chunk(delta, null));
            }
            default -> Optional.empty();
        };
    }

    private Optional<ObjectNode> delta(int block, JsonNode delta) {
        return switch (delta.path("type").stringValue("")) {
            case "text_delta" -> said("content", delta.path("text"));
            case "thinking_delta" -> said("reasoning_content", delta.path("thinking"));
            case "input_json_delta" ->
                arguments(block, delta.path("partial_json").stringValue(""));
            default -> Optional.empty();
        };
    }

    private Optional<ObjectNode> arguments(int block, String json) {
        Call call = calls.get(block);
        if (call == null || json.isEmpty()) {
            return Optional.empty();
        }
        call.begun = true;
        ObjectNode delta = delta();
        delta.putArray("tool_calls")
                .addObject()
                .put("index", call.index)
                .putObject("function")
                .put("arguments", json);
        return Optional.of(chunk(delta, null));
    }

    /** A tool without parameters is called without arguments: Claude sends none, OpenAI an empty object. */
    private Optional<ObjectNode> blockEnd(int block) {
        Call call = calls.get(block);
        return call == null || call.begun
                ? Optional.empty()
                : arguments(block, call.input.isObject() ? call.input.toString() : "{}");
    }

    private Optional<ObjectNode> finish(JsonNode event) {
        take(event.path("usage"));
        String reason = event.path("delta").path("stop_reason").stringValue("");
        return reason.isEmpty() ? Optional.empty() : Optional.of(chunk(delta(), Completions.finishReason(reason)));
    }

    private void take(JsonNode counters) {
        if (counters instanceof ObjectNode known) {
            usage.setAll(known);
        }
    }

    private Optional<ObjectNode> said(String field, JsonNode text) {
        String said = text.stringValue("");
        return said.isEmpty() ? Optional.empty() : Optional.of(chunk(delta().put(field, said), null));
    }

    private ObjectNode usageChunk() {
        ObjectNode chunk = Completions.head(generation, "chat.completion.chunk", model);
        chunk.putArray("choices");
        chunk.set("usage", Completions.usage(usage));
        return chunk;
    }

    private static ObjectNode delta() {
        return JSON.createObjectNode();
    }

    private ObjectNode chunk(ObjectNode delta, @Nullable String finishReason) {
        ObjectNode chunk = Completions.head(generation, "chat.completion.chunk", model);
        ObjectNode choice = chunk.putArray("choices").addObject().put("index", 0);
        choice.set("delta", delta);
        choice.putNull("logprobs").put("finish_reason", finishReason);
        return withUsage ? chunk.putNull("usage") : chunk;
    }
}
