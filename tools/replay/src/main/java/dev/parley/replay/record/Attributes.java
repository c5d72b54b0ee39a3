package dev.parley.replay.record;

import dev.parley.contracts.event.DeadLetter;
import dev.parley.contracts.event.EventHeaders;
import dev.parley.replay.selection.RecordText;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Converts record headers to JSON. Of headers with the same name, the last one counts. */
final class Attributes {
    private static final String PREFIX = "ce_";
    private static final Set<String> DEAD_LETTER_HEADERS =
            Set.of(DeadLetter.REASON, DeadLetter.TOPIC, DeadLetter.PARTITION, DeadLetter.OFFSET);

    private Attributes() {}

    /**
     * The headers by name, without the prefix {@code ce_}.
     *
     * @param binary whether to include headers that are not text, in base64
     */
    static ObjectNode of(Headers headers, boolean binary) {
        ObjectNode attributes = JsonNodeFactory.instance.objectNode();
        for (Header header : headers) {
            if (!DEAD_LETTER_HEADERS.contains(header.key())) {
                put(attributes, header, binary);
            }
        }
        return attributes;
    }

    private static void put(ObjectNode attributes, Header header, boolean binary) {
        String name = header.key().startsWith(PREFIX) ? header.key().substring(PREFIX.length()) : header.key();
        byte @Nullable [] value = header.value();
        Optional<String> text = RecordText.of(value);
        if (text.isPresent() || value == null) {
            attributes.put(name, text.orElse(null));
        } else if (binary) {
            attributes.put(name, value);
        }
    }

    /** The reason and origin of a dead letter; empty for other records. */
    static Optional<ObjectNode> deadLetter(Headers headers) {
        EventHeaders event = new EventHeaders(headers);
        return event.find(DeadLetter.REASON)
                .map(reason -> JsonNodeFactory.instance
                        .objectNode()
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
