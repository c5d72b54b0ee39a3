package dev.parley.inference.generation;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.parley.inference.generation.RetryPolicy.RequestForm;
import dev.parley.inference.generation.calls.AttemptHistory;
import dev.parley.messages.SseFrame;
import dev.parley.messages.Thinking;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * Makes the events of a later call to Claude continue the delivered ones: one {@code message_start}, consecutive block indexes,
 * interrupted text continued in its block, summed token counts, and at the end the model, if another one than it was begun by has
 * answered. Thinking after text or other thinking is dropped, because its signature is for an answer without these. A block of which
 * only the start was delivered is filled instead, as long as the call begins with thinking. Used by one thread at a time, as {@link
 * ClaudeCall} says.
 */
final class Splicer {
    private static final JsonMapper MAPPER = JsonMapper.shared();

    record Event(SseFrame frame, JsonNode json) {}

    private final boolean begun;
    private final long outputTokensBefore;
    private final Map<Integer, Integer> indexes = new HashMap<>();
    private final boolean dropsThinking;
    private final Set<Integer> dropped = new HashSet<>();
    private OptionalInt open;
    /** Whether this call continues the open block. */
    private boolean continued;
    /** The type of the open block, and the name of its contents. */
    private final String openType;

    private int nextIndex;
    private String repeatable;
    /** As the delivered events name it. */
    private final String namedModel;
    /** As this call names it; the same if it does not. */
    private String model;

    /** A splicer that continues the delivered answer, after the output tokens of the earlier calls. */
    Splicer(DeliveredAnswer shown, RequestForm form, long outputTokensBefore) {
        this.begun = shown.begun();
        this.open = shown.openBlock();
        this.nextIndex = shown.blocks();
        this.outputTokensBefore = outputTokensBefore;
        boolean fillsThinking = shown.hasOnlyBegunToThink();
        this.openType = fillsThinking ? "thinking" : "text";
        this.dropsThinking = form != RequestForm.ORIGINAL || (shown.hasThinking() && !fillsThinking);
        this.namedModel = shown.message().path("model").stringValue("");
        this.model = namedModel;
        String text = shown.text();
        // White space at the end is missing from the prefill, so Claude may repeat it.
        this.repeatable = form == RequestForm.USER_MESSAGE
                ? ""
                : text.substring(text.stripTrailing().length());
    }

    /** The events to deliver for an event of Claude. */
    List<Event> splice(SseFrame frame, JsonNode event) {
        if (isDropped(event)) {
            return List.of();
        }
        return switch (event.path("type").stringValue("")) {
            case "message_start" -> begin(frame, event);
            case "content_block_start" -> start(event);
            case "content_block_delta" -> delta(event);
            case "content_block_stop" -> stop(event);
            case "message_delta" -> withEndOfBlock(renamed(AttemptHistory.counted(event, outputTokensBefore)));
            default -> List.of(new Event(frame, event));
        };
    }

    private boolean isDropped(JsonNode event) {
        int index = event.path("index").intValue(-1);
        if (dropsThinking && Thinking.is(event.path("content_block"))) {
            dropped.add(index);
        }
        return dropped.contains(index);
    }

    private List<Event> begin(SseFrame frame, JsonNode event) {
        if (!begun) {
            return List.of(new Event(frame, event));
        }
        model = event.path("message").path("model").stringValue(model);
        return List.of();
    }

    /** A {@code message_delta}, which has the changes of the message, with the model that has answered. */
    private ObjectNode renamed(ObjectNode event) {
        if (!model.equals(namedModel)) {
            event.withObject("delta").put("model", model);
        }
        return event;
    }

    private List<Event> start(JsonNode event) {
        int index = event.path("index").intValue(0);
        boolean goesOn = open.isPresent()
                && indexes.isEmpty()
                && event.path("content_block").path("type").stringValue("").equals(openType);
        if (goesOn) {
            indexes.put(index, open.getAsInt());
            continued = true;
            String begun = event.path("content_block").path(openType).stringValue("");
            return begun.isEmpty() ? List.of() : delta(withContents(event, begun));
        }
        if (event.path("content_block").path("type").stringValue("").equals("fallback")) {
            // The block names the model from here on.
            model = namedModel;
        }
        indexes.put(index, nextIndex++);
        return withEndOfBlock(numbered(event));
    }

    /** The initial contents of a block as a delta. */
    private ObjectNode withContents(JsonNode start, String contents) {
        ObjectNode delta = MAPPER.createObjectNode().put("type", "content_block_delta");
        delta.put("index", start.path("index").intValue(0));
        delta.putObject("delta").put("type", openType + "_delta").put(openType, contents);
        return delta;
    }

    private List<Event> delta(JsonNode event) {
        ObjectNode numbered = numbered(event);
        JsonNode text = event.path("delta").path("text");
        if (!repeatable.isEmpty() && text.isString()) {
            String left = withoutRepetition(text.stringValue());
            if (left.isEmpty()) {
                return List.of();
            }
            numbered.withObject("delta").put("text", left);
        }
        return List.of(made(numbered));
    }

    /** Drops white space that was delivered before. */
    private String withoutRepetition(String text) {
        int same = 0;
        while (same < text.length() && same < repeatable.length() && text.charAt(same) == repeatable.charAt(same)) {
            same++;
        }
        repeatable = same < text.length() ? "" : repeatable.substring(same);
        return text.substring(same);
    }

    private List<Event> stop(JsonNode event) {
        ObjectNode numbered = numbered(event);
        if (open.isPresent() && open.getAsInt() == numbered.path("index").intValue(-1)) {
            open = OptionalInt.empty();
        }
        return List.of(made(numbered));
    }

    /** Ends the interrupted block, unless it was continued. */
    private List<Event> withEndOfBlock(ObjectNode event) {
        List<Event> events = new ArrayList<>();
        open.ifPresent(index -> {
            if (!continued) {
                events.add(made(MAPPER.createObjectNode()
                        .put("type", "content_block_stop")
                        .put("index", index)));
                open = OptionalInt.empty();
            }
        });
        events.add(made(event));
        return events;
    }

    private ObjectNode numbered(JsonNode event) {
        ObjectNode numbered = (ObjectNode) event.deepCopy();
        int index = event.path("index").intValue(0);
        return numbered.put("index", indexes.getOrDefault(index, index));
    }

    static Event made(ObjectNode event) {
        String text =
                "event: " + event.path("type").stringValue("") + "\ndata: " + MAPPER.writeValueAsString(event) + "\n\n";
        return new Event(new SseFrame(text.getBytes(UTF_8)), event);
    }
}
