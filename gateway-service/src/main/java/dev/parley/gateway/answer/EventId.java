package dev.parley.gateway.answer;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The id of an event that a client has: its place on {@code chat.deltas}.
 *
 * @param frame counts the events of one record from 0
 */
public record EventId(int partition, long offset, int frame) {
    private static final Pattern FORM = Pattern.compile("([0-9]{1,4})-([0-9]{1,18})\\.([0-9]{1,9})");

    /**
     * Reads an id as {@link SseIds} writes it.
     *
     * @throws IllegalArgumentException if it is of another form
     */
    public static EventId parse(String text) {
        Matcher form = FORM.matcher(text);
        if (!form.matches()) {
            throw new IllegalArgumentException("an event id looks like 3-42.0");
        }
        return new EventId(
                Integer.parseInt(form.group(1)), Long.parseLong(form.group(2)), Integer.parseInt(form.group(3)));
    }

    /** How many events of the record at an offset a client has who has all up to this one. */
    int framesHadAt(long recordOffset) {
        if (recordOffset == offset) {
            return frame + 1;
        }
        return recordOffset < offset ? Integer.MAX_VALUE : 0;
    }
}
