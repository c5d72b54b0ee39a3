package dev.parley.inference.generation;

import dev.parley.messages.SseFrame;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Splits frames into the values of delta records. */
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
}
