package dev.parley.gateway.answer;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The SSE id of an event: its position on {@code chat.deltas}.
 *
 * @param frame index of the event within its record, from 0
 */
public record EventId(int partition, long offset, int frame) {
    private static final Pattern FORM = Pattern.compile("([0-9]{1,4})-([0-9]{1,18})\\.([0-9]{1,9})");

    /** Parses an id in the format of {@link SseIds}; fails with an {@link IllegalArgumentException} for another format. */
    public static EventId parse(String text) {
        Matcher form = FORM.matcher(text);
        if (!form.matches()) {
            throw new IllegalArgumentException("an event id looks like 3-42.0");
        }
        return new EventId(
                Integer.parseInt(form.group(1)), Long.parseLong(form.group(2)), Integer.parseInt(form.group(3)));
    }

    /**
     * The number of leading events of the record at an offset that a client has received, if this is its last event.
     */
    int framesReceivedAt(long recordOffset) {
        if (recordOffset == offset) {
            return frame + 1;
        }
        return recordOffset < offset ? Integer.MAX_VALUE : 0;
    }
}
