package dev.parley.answercache;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.parley.contracts.Gzip;
import java.util.Arrays;
import java.util.Optional;

/**
 * An answer that can be cached. Its arrays must not be modified.
 *
 * @param message the assembled message, JSON in UTF-8
 * @param frames the server-sent events of the answer, each ending in an empty line
 * @param packedFrames the same, gzipped
 */
public record CachedAnswer(
        @SuppressWarnings("ArrayRecordComponent") byte[] message,
        @SuppressWarnings("ArrayRecordComponent") byte[] frames,
        @SuppressWarnings("ArrayRecordComponent") byte[] packedFrames) {
    /** The longest answer that is cached, in bytes of its events. */
    public static final int FRAMES_BYTES_MAX = 4 * 1024 * 1024;

    private static final byte[] END_OF_FRAME = "\n\n".getBytes(US_ASCII);

    /** The answer with these frames; empty if they are not gzip, too long when unpacked, or do not end with an event. */
    public static Optional<CachedAnswer> unpack(byte[] message, byte[] packedFrames) {
        return Gzip.unpack(packedFrames, FRAMES_BYTES_MAX)
                .filter(CachedAnswer::endsWithFrame)
                .map(frames -> new CachedAnswer(message, frames, packedFrames));
    }

    private static boolean endsWithFrame(byte[] frames) {
        int from = frames.length - END_OF_FRAME.length;
        return from > 0 && Arrays.equals(frames, from, frames.length, END_OF_FRAME, 0, END_OF_FRAME.length);
    }

    /** The size in the cache, in bytes. */
    public int keptBytes() {
        return message.length + packedFrames.length;
    }
}
