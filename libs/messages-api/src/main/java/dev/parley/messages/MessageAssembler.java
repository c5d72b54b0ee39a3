package dev.parley.messages;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The assembler of a stream's events into the message that a client without streaming receives (docs.claude.com, "Streaming
 * Messages"). Blocks of unknown types are kept; unknown events are skipped.
 *
 * <p>Owned by the one thread that reads the stream. The answer is held in memory; Claude's limit of output tokens bounds it.
 */
public final class MessageAssembler {
    private static final JsonMapper MAPPER = JsonMapper.shared();

    /** The members of {@code message_delta} that are no members of the message. */
    private static final Set<String> PARTS_OF_DELTA = Set.of("type", "delta", "usage");

    private final SortedMap<Integer, ContentBlock> content = new TreeMap<>();
    private @Nullable CopyOnWriteObject begun;
    private boolean complete;

    /** Adds an event; throws a {@link MalformedStreamException} if it cannot follow the events before it. */
    public void accept(JsonNode event) {
        switch (event.path("type").stringValue("")) {
            case "message_start" -> begun = new CopyOnWriteObject(object(event, "message"));
            case "content_block_start" ->
                start(index(event), object(event, "content_block").deepCopy());
            case "content_block_delta" -> block(event).append(event.path("delta"));
            case "content_block_stop" -> block(event).end();
            case "message_delta" -> merge(event);
            case "message_stop" -> {
                begun();
                complete = true;
            }
            default -> {
                // ping, error and unknown event types are not part of the message.
            }
        }
    }

    /** Whether {@code message_stop} was received; without it, the answer is incomplete. */
    public boolean complete() {
        return complete;
    }

    /** Whether {@code message_start} was received, so that a reader may have received a part of the answer. */
    public boolean started() {
        return begun != null;
    }

    /**
     * The indexes of the blocks that have begun and not ended, in ascending order. There may be several: their deltas and ends may
     * come between each other (anthropic-sdk-go, {@code messageutil.go}).
     */
    public List<Integer> openBlocks() {
        return content.entrySet().stream()
                .filter(block -> block.getValue().isOpen())
                .map(Map.Entry::getKey)
                .toList();
    }

    /** The message as received so far; an empty assistant message before {@code message_start}. */
    public ObjectNode message() {
        ObjectNode message;
        if (begun == null) {
            message = MAPPER.createObjectNode().put("type", "message").put("role", "assistant");
        } else {
            message = begun.get().deepCopy();
        }
        // Whole blocks, as of a tool that running code has called (platform.claude.com, "Programmatic tool calling").
        ArrayNode blocks = message.path("content") instanceof ArrayNode begins ? begins : message.putArray("content");
        content.values().forEach(block -> blocks.add(block.toJson()));
        return message;
    }

    /** The counters of {@code usage} as last reported; an empty object if there are none. Must not be changed. */
    public JsonNode usage() {
        return begun == null ? MAPPER.createObjectNode() : begun.get().path("usage");
    }

    /** The {@code stop_reason}; empty before it is received. */
    public String stopReason() {
        return begun == null ? "" : begun.get().path("stop_reason").stringValue("");
    }

    private void start(int index, ObjectNode block) {
        content.put(index, new ContentBlock(block));
        JsonNode next = block.path("to").path("model");
        if (block.path("type").stringValue("").equals("fallback") && next.isString()) {
            // Without a stream, the message names the model that has answered last.
            begun().own().set("model", next);
        }
    }

    private void merge(JsonNode event) {
        ObjectNode message = begun().own();
        if (event.path("delta") instanceof ObjectNode delta) {
            update(message, delta);
        }
        if (event.path("usage") instanceof ObjectNode usage) {
            update(message.withObject("usage"), usage);
        }
        event.forEachEntry((name, member) -> {
            if (!member.isNull() && !PARTS_OF_DELTA.contains(name)) {
                message.set(name, member);
            }
        });
    }

    /** Sets the members that have changed: one that is null is as before. */
    public static void update(ObjectNode object, ObjectNode latest) {
        latest.forEachEntry((name, member) -> {
            if (!member.isNull() || !object.has(name)) {
                object.set(name, member);
            }
        });
    }

    private CopyOnWriteObject begun() {
        if (begun == null) {
            throw new MalformedStreamException("an event before message_start");
        }
        return begun;
    }

    private ContentBlock block(JsonNode event) {
        ContentBlock block = content.get(index(event));
        if (block == null) {
            throw new MalformedStreamException("an event for content block " + index(event) + " before its start");
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
