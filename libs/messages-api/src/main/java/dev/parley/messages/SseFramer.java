package dev.parley.messages;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Cuts a stream of bytes into server-sent events, however the bytes arrive. Line ends become line feeds, comments and
 * {@code id} lines are left out (Parley's own ids take their place), all else stays as it came.
 *
 * <p>Owned by the one thread that reads the stream.
 */
public final class SseFramer {
    private static final byte[] ID = "id:".getBytes(StandardCharsets.US_ASCII);
    private static final int FRAME_BYTES_USUAL = 512;

    private final int frameBytesMax;

    /** The lines of the event that has begun, each with its line feed, and from {@code lineStart} the line that has. */
    private byte[] frame = new byte[FRAME_BYTES_USUAL];

    private int length;
    private int lineStart;
    private boolean afterCarriageReturn;

    /**
     * Makes a framer with an empty buffer.
     *
     * @param frameBytesMax the longest event it accepts, in bytes
     */
    public SseFramer(int frameBytesMax) {
        this.frameBytesMax = frameBytesMax;
    }

    /**
     * Takes the next bytes and returns the events they complete, mostly one or none.
     *
     * @throws MalformedStreamException if an event is longer than allowed
     */
    public List<SseFrame> push(ByteBuffer bytes) {
        List<SseFrame> complete = new ArrayList<>(2);
        while (bytes.hasRemaining()) {
            append(bytes, lineEnd(bytes) - bytes.position());
            if (bytes.hasRemaining()) {
                byte end = bytes.get();
                boolean ended = end == '\n' && afterCarriageReturn;
                afterCarriageReturn = end == '\r';
                if (!ended) {
                    endLine(complete);
                }
            }
        }
        return complete;
    }

    /** Whether the stream, should it end here, ends within an event. */
    public boolean midFrame() {
        return length > 0;
    }

    /** Where the next line end is, or the end of the bytes. */
    private static int lineEnd(ByteBuffer bytes) {
        int at = bytes.position();
        while (at < bytes.limit() && bytes.get(at) != '\n' && bytes.get(at) != '\r') {
            at++;
        }
        return at;
    }

    private void append(ByteBuffer bytes, int count) {
        if (count == 0) {
            return;
        }
        if (count > frameBytesMax - length) {
            throw new MalformedStreamException("an event longer than " + frameBytesMax + " bytes");
        }
        reserve(count);
        bytes.get(frame, length, count);
        length += count;
        afterCarriageReturn = false;
    }

    private void endLine(List<SseFrame> complete) {
        if (length > lineStart && isLeftOut()) {
            length = lineStart;
        } else if (length > 0) {
            boolean empty = length == lineStart;
            reserve(1);
            frame[length++] = '\n';
            lineStart = length;
            if (empty) {
                complete.add(new SseFrame(Arrays.copyOf(frame, length)));
                length = 0;
                lineStart = 0;
            }
        }
    }

    private boolean isLeftOut() {
        return frame[lineStart] == ':'
                || (length - lineStart >= ID.length
                        && Arrays.equals(frame, lineStart, lineStart + ID.length, ID, 0, ID.length));
    }

    private void reserve(int count) {
        if (count > frame.length - length) {
            frame = Arrays.copyOf(frame, Math.max(length + count, 2 * frame.length));
        }
    }
}
