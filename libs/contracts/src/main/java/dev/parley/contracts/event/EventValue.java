package dev.parley.contracts.event;

import static java.util.stream.Collectors.joining;

import dev.parley.contracts.json.RawJsonReader;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.TokenStreamLocation;

/** Reads the JSON value of an event. */
public final class EventValue {
    private EventValue() {}

    /**
     * The value as an object, whose {@code RawJson} refers to these bytes.
     *
     * @param event the type of the event, for the reason
     * @throws MalformedEventException if there is no value, or it is no such object. Without the parser's message and exception,
     *     because both quote the text of the value
     */
    public static <T> T read(String event, Class<? extends T> type, byte @Nullable [] value) {
        if (value == null || value.length == 0) {
            throw new MalformedEventException("the record has no value");
        }
        try {
            T read = TurnCodec.MAPPER
                    .readerFor(type)
                    .withAttribute(RawJsonReader.SOURCE, value)
                    .readValue(value);
            return Optional.ofNullable(read).orElseThrow(() -> new MalformedEventException(event + " is null"));
        } catch (JacksonException e) {
            throw new MalformedEventException(event + " is unreadable at " + place(e));
        }
    }

    private static String place(JacksonException e) {
        String path = e.getPath().stream()
                .map(step ->
                        step.getPropertyName() == null ? "[" + step.getIndex() + "]" : "." + step.getPropertyName())
                .collect(joining("", "$", ""));
        TokenStreamLocation location = e.getLocation();
        return location == null ? path : path + ", line " + location.getLineNr() + ", column " + location.getColumnNr();
    }
}
