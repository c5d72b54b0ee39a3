package dev.parley.inference.generation;

import dev.parley.messages.SseFrame;
import dev.parley.messages.SseFramer;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Makes the values of delta records of the server-sent events of stored answers. */
final class FramePacker {
    private FramePacker() {}

    /** Splits server-sent events into parts of at most {@code bytesMax}, unless a single event is longer. */
    static List<byte[]> pack(byte[] frames, int bytesMax) {
        if (frames.length <= bytesMax) {
            return List.of(frames);
        }
        List<byte[]> pieces = new ArrayList<>();
        int start = 0;
        int fits = 0;
        for (int end = SseFrame.end(frames, 0); end > 0; end = SseFrame.end(frames, end)) {
            if (end - start > bytesMax && fits > start) {
                pieces.add(Arrays.copyOfRange(frames, start, fits));
                start = fits;
            }
            fits = end;
        }
        pieces.add(Arrays.copyOfRange(frames, start, frames.length));
        return pieces;
    }

    /** Events without their {@code id} lines, which are positions of a generation that was published. */
    static byte[] withoutIds(byte[] frames) {
        ByteArrayOutputStream without = new ByteArrayOutputStream(frames.length);
        new SseFramer(frames.length).push(ByteBuffer.wrap(frames)).forEach(frame -> without.writeBytes(frame.bytes()));
        return without.toByteArray();
    }
}
