package dev.parley.answercache;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.Optional;
import java.util.zip.GZIPInputStream;

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
    private static final byte[] END_OF_FRAME = "\n\n".getBytes(US_ASCII);

    /**
     * The answer with these frames; empty if they are not gzip, longer than {@code framesBytesMax} when unpacked, or do not end
     * with an event.
     */
    public static Optional<CachedAnswer> unpack(byte[] message, byte[] packedFrames, int framesBytesMax) {
        try (GZIPInputStream packed = new GZIPInputStream(new ByteArrayInputStream(packedFrames))) {
            byte[] frames = packed.readNBytes(framesBytesMax);
            boolean whole = packed.read() < 0 && endsWithFrame(frames);
            return whole ? Optional.of(new CachedAnswer(message, frames, packedFrames)) : Optional.empty();
        } catch (IOException e) {
            return Optional.empty();
        }
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
