package dev.parley.replay.record;

import java.util.stream.Collectors;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Parses the server-sent events of a delta to JSON objects with {@code event} and {@code data}. */
final class ServerSentEvents {
    private ServerSentEvents() {}

    /**
     * The events. Data that is not JSON becomes a string.
     *
     * @throws IllegalArgumentException if the last event does not end in an empty line
     */
    static ArrayNode parse(String frames) {
        String text = frames.replace("\r\n", "\n");
        if (!text.isEmpty() && !text.endsWith("\n\n")) {
            throw new IllegalArgumentException("the last server-sent event is incomplete");
        }
        ArrayNode events = JsonNodeFactory.instance.arrayNode();
        for (String frame : text.split("\n\n", -1)) {
            if (!frame.isBlank()) {
                events.add(event(frame));
            }
        }
        return events;
    }

    private static ObjectNode event(String frame) {
        ObjectNode event = JsonNodeFactory.instance.objectNode();
        frame.lines().filter(line -> line.startsWith("event:")).forEach(line -> event.put("event", value(line)));
        String data = frame.lines()
                .filter(line -> line.startsWith("data:"))
                .map(ServerSentEvents::value)
                .collect(Collectors.joining("\n"));
        return event.set("data", jsonOrText(data)).asObject();
    }

    private static JsonNode jsonOrText(String data) {
        try {
            return RecordDecoder.MAPPER.readTree(data);
        } catch (JacksonException e) {
            return JsonNodeFactory.instance.stringNode(data);
        }
    }

    private static String value(String line) {
        String value = line.substring(line.indexOf(':') + 1);
        return value.startsWith(" ") ? value.substring(1) : value;
    }
}
