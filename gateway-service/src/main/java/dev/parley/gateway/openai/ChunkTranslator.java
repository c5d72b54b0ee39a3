package dev.parley.gateway.openai;

import dev.parley.contracts.id.GenerationId;
import dev.parley.messages.MessageAssembler;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * Translates the events of one answer, starting with the first, to chunks. An event becomes one chunk or none, so that
 * the position of an event on the log identifies its chunk. Chunks depend only on the log: translating the same events
 * again yields the same chunks.
 *
 * <p>Confined to the thread that reads the events.
 */
final class ChunkTranslator {
    private static final JsonMapper JSON = JsonMapper.shared();

    /** A tool call whose arguments are arriving. */
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
    /** Whether the last chunk contains the usage. */
    private final boolean withUsage;

    /** By the index of the block. */
    private final Map<Integer, Call> calls = new HashMap<>();

    private int callsBegun;
    private final ObjectNode usage = JSON.createObjectNode();
    private String model = "";
    /** Whether the first chunk has been made, and the one with the finish reason has not. */
    private boolean open;

    private boolean complete;

    ChunkTranslator(GenerationId generation, boolean withUsage) {
        this.generation = generation;
        this.withUsage = withUsage;
    }

    /** Whether {@code message_stop} has been translated; without it, the end of the stream is a truncation. */
    boolean complete() {
        return complete;
    }

    /** The chunk for the next event; empty if the event has none. */
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

    /**
     * A chunk without text; empty before the first chunk, and after the one with the finish reason, which some clients expect in the
     * last.
     */
    Optional<ObjectNode> keepAlive() {
        return open ? Optional.of(chunk(delta().put("content", ""), null)) : Optional.empty();
    }

    private ObjectNode begin(JsonNode message) {
        open = true;
        model = message.path("model").stringValue("");
        updateUsage(message.path("usage"));
        return chunk(beginning(message.path("content")), finishReason(message));
    }

    /** The first delta, with the whole blocks with which Claude may begin, such as the call of a tool by code that it runs. */
    private ObjectNode beginning(JsonNode content) {
        ObjectNode message = Completions.message(content);
        ObjectNode delta = delta().put("role", "assistant")
                .put("content", message.path("content").stringValue(""));
        if (message.has("reasoning_content")) {
            delta.set("reasoning_content", message.path("reasoning_content"));
        }
        for (JsonNode call : message.path("tool_calls")) {
            delta.withArray("tool_calls").addObject().put("index", callsBegun++).setAll((ObjectNode) call);
        }
        return delta;
    }

    private Optional<ObjectNode> block(int block, JsonNode begun) {
        return switch (begun.path("type").stringValue("")) {
            case "text" -> text("content", begun.path("text"));
            case "thinking" -> text("reasoning_content", begun.path("thinking"));
            case "tool_use" -> {
                Call call = new Call(callsBegun++, begun.path("input"));
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
            case "text_delta" -> text("content", delta.path("text"));
            case "thinking_delta" -> text("reasoning_content", delta.path("thinking"));
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

    /** Adds the arguments of a call without parameters: Claude sends none, OpenAI sends an empty object. */
    private Optional<ObjectNode> blockEnd(int block) {
        Call call = calls.get(block);
        return call == null || call.begun
                ? Optional.empty()
                : arguments(block, call.input.isObject() ? call.input.toString() : "{}");
    }

    private Optional<ObjectNode> finish(JsonNode event) {
        updateUsage(event.path("usage"));
        // Another one if it has answered instead of the model that began.
        model = event.path("delta").path("model").stringValue(model);
        return Optional.ofNullable(finishReason(event.path("delta"))).map(reason -> chunk(delta(), reason));
    }

    /** That of the message or of its changes; null before it is known, and after it was. */
    private @Nullable String finishReason(JsonNode message) {
        String reason = message.path("stop_reason").stringValue("");
        if (!open || reason.isEmpty()) {
            return null;
        }
        open = false;
        return Completions.finishReason(reason);
    }

    private void updateUsage(JsonNode counters) {
        if (counters instanceof ObjectNode latest) {
            MessageAssembler.update(usage, latest);
        }
    }

    private Optional<ObjectNode> text(String field, JsonNode text) {
        String value = text.stringValue("");
        return value.isEmpty() ? Optional.empty() : Optional.of(chunk(delta().put(field, value), null));
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
