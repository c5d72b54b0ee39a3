package dev.parley.inference.generation;

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
        for (int end = endOfFrame(frames, 0); end > 0; end = endOfFrame(frames, end)) {
            if (end - start > bytesMax && fits > start) {
                pieces.add(Arrays.copyOfRange(frames, start, fits));
                start = fits;
            }
            fits = end;
        }
        pieces.add(Arrays.copyOfRange(frames, start, frames.length));
        return pieces;
    }

    /** The offset after the next event, or 0 if there is none. */
    private static int endOfFrame(byte[] frames, int from) {
        for (int i = from + 1; i < frames.length; i++) {
            if (frames[i] == '\n' && frames[i - 1] == '\n') {
                return i + 1;
            }
        }
        return 0;
    }
}
