package dev.parley.replay.record;

import java.util.stream.Collectors;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** The server-sent events of a delta as JSON: the name, and the data parsed where it is JSON. */
final class ServerSentEvents {
    private final JsonMapper mapper;

    ServerSentEvents(JsonMapper mapper) {
        this.mapper = mapper;
    }

    /**
     * The events of {@code frames}.
     *
     * @throws IllegalArgumentException if the last one does not end in an empty line
     */
    ArrayNode parse(String frames) {
        String text = frames.replace("\r\n", "\n");
        if (!text.isEmpty() && !text.endsWith("\n\n")) {
            throw new IllegalArgumentException("the last server-sent event has no end");
        }
        ArrayNode events = mapper.createArrayNode();
        for (String frame : text.split("\n\n", -1)) {
            if (!frame.isBlank()) {
                events.add(event(frame));
            }
        }
        return events;
    }

    private ObjectNode event(String frame) {
        ObjectNode event = mapper.createObjectNode();
        frame.lines().filter(line -> line.startsWith("event:")).forEach(line -> event.put("event", content(line)));
        String data = frame.lines()
                .filter(line -> line.startsWith("data:"))
                .map(ServerSentEvents::content)
                .collect(Collectors.joining("\n"));
        return event.set("data", data(data)).asObject();
    }

    private JsonNode data(String data) {
        try {
            return mapper.readTree(data);
        } catch (JacksonException e) {
            return mapper.getNodeFactory().stringNode(data);
        }
    }

    private static String content(String line) {
        String content = line.substring(line.indexOf(':') + 1);
        return content.startsWith(" ") ? content.substring(1) : content;
    }
}
