package dev.parley.messages;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A splitter of a byte stream into server-sent events, independent of how the bytes are chunked. Line ends become line
 * feeds; comments and {@code id} lines are removed, because the gateway adds ids of its own; everything else is unchanged.
 *
 * <p>Owned by the one thread that reads the stream.
 */
public final class SseFramer {
    private static final byte[] ID = "id:".getBytes(StandardCharsets.US_ASCII);
    private static final int FRAME_BYTES_USUAL = 512;
    /** A larger buffer is not kept after its event. */
    private static final int BUFFER_BYTES_KEPT = 1024;

    private final int frameBytesMax;

    /**
     * The complete lines of the current event, each with its line feed, followed from {@code lineStart} by the incomplete
     * line.
     */
    private byte[] frame = new byte[FRAME_BYTES_USUAL];

    private int length;
    private int lineStart;
    private boolean afterCarriageReturn;

    /** A framer for events of at most this length, in bytes. */
    public SseFramer(int frameBytesMax) {
        this.frameBytesMax = frameBytesMax;
    }

    /**
     * Adds bytes and returns the events that they complete, mostly none or one.
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

    /** What the buffer of the current event takes of the heap. */
    public int bufferBytes() {
        return frame.length;
    }

    /** The position of the next line end, or the end of the bytes. */
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
                if (frame.length > BUFFER_BYTES_KEPT) {
                    frame = new byte[FRAME_BYTES_USUAL];
                }
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
