package dev.parley.replay.record;

import dev.parley.contracts.delta.DeltaCodec;
import dev.parley.contracts.event.CloudEvent;
import dev.parley.contracts.event.DeadLetter;
import dev.parley.contracts.event.EventHeaders;
import dev.parley.replay.selection.RecordText;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** The headers of a record as JSON: text by name, the prefix {@code ce_} left out; the last of equal names wins. */
final class Attributes {
    private static final String PREFIX = "ce_";
    private static final Set<String> OF_DEAD_LETTERS =
            Set.of(DeadLetter.REASON, DeadLetter.TOPIC, DeadLetter.PARTITION, DeadLetter.OFFSET);
    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

    private final boolean binary;

    Attributes(boolean binary) {
        this.binary = binary;
    }

    ObjectNode of(Headers headers) {
        ObjectNode attributes = NODES.objectNode();
        for (Header header : headers) {
            if (!OF_DEAD_LETTERS.contains(header.key())) {
                put(attributes, name(header.key()), header.value());
            }
        }
        return attributes;
    }

    private void put(ObjectNode attributes, String name, byte @Nullable [] value) {
        Optional<String> text = RecordText.of(value);
        if (text.isPresent() || value == null) {
            attributes.put(name, text.orElse(null));
        } else if (binary) {
            attributes.put(name, value);
        }
    }

    private static String name(String header) {
        return header.startsWith(PREFIX) ? header.substring(PREFIX.length()) : header;
    }

    /** The event's type, or the kind of a delta. */
    static JsonNode type(Headers headers) {
        EventHeaders event = new EventHeaders(headers);
        return event.find(CloudEvent.TYPE)
                .or(() -> event.find(DeltaCodec.KIND))
                .<JsonNode>map(NODES::stringNode)
                .orElseGet(NODES::nullNode);
    }

    /** Why and whence a record came to the dead letters; empty for all others. */
    static Optional<ObjectNode> deadLetter(Headers headers) {
        EventHeaders event = new EventHeaders(headers);
        return event.find(DeadLetter.REASON)
                .map(reason -> NODES.objectNode()
                        .put("reason", reason)
                        .put("topic", event.find(DeadLetter.TOPIC).orElse(null))
                        .put("partition", number(event, DeadLetter.PARTITION))
                        .put("offset", number(event, DeadLetter.OFFSET)));
    }

    private static @Nullable Long number(EventHeaders headers, String name) {
        return headers.find(name)
                .filter(text -> text.matches("\\d{1,18}"))
                .map(Long::valueOf)
                .orElse(null);
    }
}
