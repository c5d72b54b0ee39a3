package dev.parley.answercache;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.parley.contracts.Gzip;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Optional;

/**
 * An answer that can be cached. Its arrays must not be modified.
 *
 * @param message the assembled message, JSON in UTF-8
 * @param gzippedFrames the gzipped server-sent events of the answer, each ending in an empty line
 */
public record CachedAnswer(
        @SuppressWarnings("ArrayRecordComponent") byte[] message,
        @SuppressWarnings("ArrayRecordComponent") byte[] gzippedFrames) {
    /** The longest answer that is cached, in bytes of its events. */
    public static final int FRAMES_BYTES_MAX = 4 * 1024 * 1024;

    private static final byte[] END_OF_FRAME = "\n\n".getBytes(US_ASCII);

    /** The events, unpacked; empty if they are not gzip, longer than {@link #framesBytes}, or do not end with an event. */
    public Optional<byte[]> frames() {
        return Gzip.unpack(gzippedFrames, framesBytes()).filter(CachedAnswer::endsWithFrame);
    }

    private static boolean endsWithFrame(byte[] frames) {
        int from = frames.length - END_OF_FRAME.length;
        return from > 0 && Arrays.equals(frames, from, frames.length, END_OF_FRAME, 0, END_OF_FRAME.length);
    }

    /** The length of the events, which the last four bytes tell (RFC 1952), at most {@link #FRAMES_BYTES_MAX}. */
    public int framesBytes() {
        int at = gzippedFrames.length - Integer.BYTES;
        return at < 0
                ? 0
                : Math.clamp(
                        ByteBuffer.wrap(gzippedFrames)
                                .order(ByteOrder.LITTLE_ENDIAN)
                                .getInt(at),
                        0,
                        FRAMES_BYTES_MAX);
    }

    /** The size in the cache, in bytes. */
    public int keptBytes() {
        return message.length + gzippedFrames.length;
    }
}
