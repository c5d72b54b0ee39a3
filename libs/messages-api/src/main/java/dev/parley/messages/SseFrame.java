package dev.parley.messages;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.exc.StreamConstraintsException;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.core.util.JsonRecyclerPools;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * A server-sent event: its lines, each ending in a line feed, and an empty line.
 *
 * @param bytes UTF-8, not to be modified
 */
public record SseFrame(
        @SuppressWarnings("ArrayRecordComponent") byte[] bytes) {
    /** The most values and brackets of an event. A node of the tree takes up to 160 bytes of heap, for three bytes of an event. */
    private static final int TOKENS_MAX = 100_000;

    /**
     * Its buffers belong to the thread, and not to a queue that all event loops write at each event. A virtual thread that copies an
     * answer has 8 KB of its own until it ends.
     */
    private static final JsonMapper MAPPER = new JsonMapper(JsonFactory.builder()
            .streamReadConstraints(
                    StreamReadConstraints.builder().maxTokenCount(TOKENS_MAX).build())
            .recyclerPool(JsonRecyclerPools.threadLocalPool())
            .build());

    private static final byte[] DATA = "data:".getBytes(StandardCharsets.US_ASCII);
    private static final int NONE = -1;

    /** The offset after the event that begins at {@code from}; 0 if it is not complete. */
    public static int end(byte[] frames, int from) {
        for (int i = from + 1; i < frames.length; i++) {
            if (frames[i] == '\n' && frames[i - 1] == '\n') {
                return i + 1;
            }
        }
        return 0;
    }

    /** The data as JSON; throws a {@link MalformedStreamException} if there is none, it is not JSON, or it has too many values. */
    public JsonNode json() {
        Span data = data();
        if (data.length == 0) {
            throw new MalformedStreamException("an event without data");
        }
        try {
            return MAPPER.readTree(data.bytes, data.from, data.length);
        } catch (StreamConstraintsException e) {
            throw new MalformedStreamException("an event with too many values, or nested too deeply");
        } catch (JacksonException e) {
            // Without the parser's exception, which quotes the data.
            throw new MalformedStreamException("an event whose data is not JSON");
        }
    }

    record Span(@SuppressWarnings("ArrayRecordComponent") byte[] bytes, int from, int length) {}

    /**
     * The data lines, joined by line feeds (HTML Living Standard, section 9.2.6); empty if there are none. A single data
     * line, as in Claude's events, is not copied.
     */
    Span data() {
        Span first = nextData(0);
        int end = first.from + first.length;
        Span second = nextData(end + 1);
        if (second.length == NONE) {
            return first.length == NONE ? new Span(bytes, 0, 0) : first;
        }
        ByteArrayOutputStream lines = new ByteArrayOutputStream(bytes.length);
        lines.write(bytes, first.from, first.length);
        for (Span line = second; line.length != NONE; line = nextData(line.from + line.length + 1)) {
            lines.write('\n');
            lines.write(bytes, line.from, line.length);
        }
        return new Span(lines.toByteArray(), 0, lines.size());
    }

    /** The content of the next data line, searched from the beginning of a line. */
    private Span nextData(int start) {
        for (int at = start; at < bytes.length; ) {
            int end = lineEnd(at);
            if (end - at >= DATA.length && Arrays.equals(bytes, at, at + DATA.length, DATA, 0, DATA.length)) {
                int from = at + DATA.length;
                if (from < end && bytes[from] == ' ') {
                    from++;
                }
                return new Span(bytes, from, end - from);
            }
            at = end + 1;
        }
        return new Span(bytes, bytes.length, NONE);
    }

    private int lineEnd(int start) {
        int end = start;
        while (end < bytes.length && bytes[end] != '\n') {
            end++;
        }
        return end;
    }
}
