package dev.parley.gateway.answer;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.ByteArrayOutputStream;

/**
 * Gives events their ids: {@code partition-offset.frame}, the position on {@code chat.deltas} from which the rest can be
 * read again. Copies bytes; parses nothing.
 */
public final class SseIds {
    private SseIds() {}

    /**
     * The events with an {@code id} line before each.
     *
     * @param frames whole events, each ending in an empty line
     */
    public static byte[] number(int partition, long offset, byte[] frames) {
        ByteArrayOutputStream numbered = new ByteArrayOutputStream(frames.length + 64);
        int frame = 0;
        int start = 0;
        for (int i = 1; i < frames.length; i++) {
            if (frames[i] == '\n' && frames[i - 1] == '\n') {
                numbered.writeBytes(("id: " + partition + "-" + offset + "." + frame++ + "\n").getBytes(US_ASCII));
                numbered.write(frames, start, i + 1 - start);
                start = i + 1;
            }
        }
        return numbered.toByteArray();
    }
}
