package dev.parley.messages;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * Cuts a stream of bytes into server-sent events, however the bytes arrive. Line ends become line feeds, comments and
 * {@code id} lines are left out (Parley's own ids take their place), all else stays as it came.
 *
 * <p>Owned by the one thread that reads the stream.
 */
public final class SseFramer {
    private static final byte[] ID = "id:".getBytes(StandardCharsets.US_ASCII);

    private final int frameBytesMax;
    private final ByteArrayOutputStream frame = new ByteArrayOutputStream();
    private final ByteArrayOutputStream line = new ByteArrayOutputStream();
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
            byte next = bytes.get();
            if (next == '\n' && afterCarriageReturn) {
                afterCarriageReturn = false;
                continue;
            }
            afterCarriageReturn = next == '\r';
            if (next == '\n' || next == '\r') {
                endLine(complete);
            } else {
                line.write(next);
                if (frame.size() + line.size() > frameBytesMax) {
                    throw new MalformedStreamException("an event longer than " + frameBytesMax + " bytes");
                }
            }
        }
        return complete;
    }

    /** Whether the stream, should it end here, ends within an event. */
    public boolean midFrame() {
        return frame.size() > 0 || line.size() > 0;
    }

    private void endLine(List<SseFrame> complete) {
        byte[] content = line.toByteArray();
        line.reset();
        if (content.length == 0) {
            if (frame.size() > 0) {
                frame.write('\n');
                complete.add(new SseFrame(frame.toByteArray()));
                frame.reset();
            }
        } else if (content[0] != ':' && !isId(content)) {
            frame.writeBytes(content);
            frame.write('\n');
        }
    }

    private static boolean isId(byte[] content) {
        return content.length >= ID.length && content[0] == ID[0] && content[1] == ID[1] && content[2] == ID[2];
    }
}
