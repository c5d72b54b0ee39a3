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
     * @param framesHad how many of them to leave out
     */
    public static byte[] number(int partition, long offset, byte[] frames, int framesHad) {
        ByteArrayOutputStream numbered = new ByteArrayOutputStream(frames.length + 64);
        int frame = 0;
        int start = 0;
        for (int end = end(frames, start); end > 0; end = end(frames, start)) {
            if (frame >= framesHad) {
                numbered.writeBytes(line(partition, offset, frame));
                numbered.write(frames, start, end - start);
            }
            frame++;
            start = end;
        }
        return numbered.toByteArray();
    }

    /** The {@code id} line of one event. */
    public static byte[] line(int partition, long offset, int frame) {
        return ("id: " + partition + "-" + offset + "." + frame + "\n").getBytes(US_ASCII);
    }

    /** Where the event ends that begins at {@code start}, 0 if none does. */
    private static int end(byte[] frames, int start) {
        for (int i = start + 1; i < frames.length; i++) {
            if (frames[i] == '\n' && frames[i - 1] == '\n') {
                return i + 1;
            }
        }
        return 0;
    }
}
