package dev.parley.messages;

import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Adds the events of a stream up to the message that a client without streaming would have got
 * (docs.claude.com, "Streaming Messages"). Events and blocks of unknown types are kept where a message has room for
 * them and skipped where not.
 *
 * <p>Owned by the one thread that reads the stream. The answer is held in memory; Claude's own limit bounds it.
 */
public final class MessageAssembler {
    private static final JsonMapper MAPPER = JsonMapper.shared();

    private final SortedMap<Integer, ContentBlock> content = new TreeMap<>();
    private @Nullable ObjectNode begun;
    private boolean complete;

    /**
     * Takes the next event.
     *
     * @throws MalformedStreamException if it cannot follow what came before
     */
    public void accept(JsonNode event) {
        switch (event.path("type").stringValue("")) {
            case "message_start" -> begun = object(event, "message").deepCopy();
            case "content_block_start" ->
                content.put(
                        index(event),
                        new ContentBlock(object(event, "content_block").deepCopy()));
            case "content_block_delta" -> block(event).append(event.path("delta"));
            case "content_block_stop" -> block(event);
            case "message_delta" -> merge(event);
            case "message_stop" -> {
                begun();
                complete = true;
            }
            default -> {
                // ping, error and the event types of tomorrow are no part of the message.
            }
        }
    }

    /** Whether {@code message_stop} has come: without it, an end of the stream is a cut. */
    public boolean complete() {
        return complete;
    }

    /** Whether anything of the answer has come that a reader may have been shown. */
    public boolean started() {
        return begun != null;
    }

    /** The message as far as it has come; an empty assistant message if nothing has. */
    public ObjectNode message() {
        ObjectNode message;
        if (begun == null) {
            message = MAPPER.createObjectNode().put("type", "message").put("role", "assistant");
        } else {
            message = begun.deepCopy();
        }
        ArrayNode blocks = message.putArray("content");
        content.values().forEach(block -> blocks.add(block.toJson(MAPPER)));
        return message;
    }

    /** The counters of {@code usage} as last reported; an empty object if none were. */
    public JsonNode usage() {
        return begun == null ? MAPPER.createObjectNode() : begun.path("usage");
    }

    /** Why Claude stopped, empty before it said. */
    public String stopReason() {
        return begun == null ? "" : begun.path("stop_reason").stringValue("");
    }

    private void merge(JsonNode event) {
        ObjectNode message = begun();
        if (event.path("delta") instanceof ObjectNode delta) {
            message.setAll(delta);
        }
        if (event.path("usage") instanceof ObjectNode usage) {
            message.withObject("usage").setAll(usage);
        }
    }

    private ObjectNode begun() {
        if (begun == null) {
            throw new MalformedStreamException("an event before message_start");
        }
        return begun;
    }

    private ContentBlock block(JsonNode event) {
        ContentBlock block = content.get(index(event));
        if (block == null) {
            throw new MalformedStreamException("an event for content block " + index(event) + ", which has not begun");
        }
        return block;
    }

    private int index(JsonNode event) {
        begun();
        if (!event.path("index").isInt()) {
            throw new MalformedStreamException("a content block event without an index");
        }
        return event.path("index").intValue();
    }

    private static ObjectNode object(JsonNode event, String name) {
        if (event.path(name) instanceof ObjectNode object) {
            return object;
        }
        throw new MalformedStreamException("an event without its " + name);
    }
}
