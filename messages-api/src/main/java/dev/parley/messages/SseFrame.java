package dev.parley.messages;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * One server-sent event: its lines, each ending in a line feed, and the empty line after them.
 *
 * @param bytes UTF-8, not to be modified
 */
public record SseFrame(
        @SuppressWarnings("ArrayRecordComponent") byte[] bytes) {
    private static final byte[] DATA = "data:".getBytes(StandardCharsets.US_ASCII);

    /**
     * The event's data as JSON.
     *
     * @throws MalformedStreamException if there is none or it is no JSON
     */
    public JsonNode json(JsonMapper mapper) {
        byte[] data = data();
        if (data.length == 0) {
            throw new MalformedStreamException("an event without data");
        }
        try {
            return mapper.readTree(data);
        } catch (JacksonException e) {
            throw new MalformedStreamException("an event whose data is no JSON: " + e.getOriginalMessage(), e);
        }
    }

    /** The data lines, joined by line feeds (HTML Living Standard, section 9.2.6); empty if there are none. */
    byte[] data() {
        ByteArrayOutputStream data = new ByteArrayOutputStream(bytes.length);
        boolean first = true;
        for (int start = 0; start < bytes.length; ) {
            int end = lineEnd(start);
            if (startsWithData(start, end)) {
                int from = start + DATA.length;
                if (from < end && bytes[from] == ' ') {
                    from++;
                }
                if (!first) {
                    data.write('\n');
                }
                first = false;
                data.write(bytes, from, end - from);
            }
            start = end + 1;
        }
        return data.toByteArray();
    }

    private int lineEnd(int start) {
        int end = start;
        while (end < bytes.length && bytes[end] != '\n') {
            end++;
        }
        return end;
    }

    private boolean startsWithData(int start, int end) {
        if (end - start < DATA.length) {
            return false;
        }
        for (int i = 0; i < DATA.length; i++) {
            if (bytes[start + i] != DATA[i]) {
                return false;
            }
        }
        return true;
    }
}
