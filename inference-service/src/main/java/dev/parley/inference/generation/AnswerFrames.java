package dev.parley.inference.generation;

import dev.parley.contracts.Gzip;
import java.util.Arrays;

/**
 * The events of one answer in the order of delivery, kept once for all that need them: its turn, and identical requests that
 * follow the stream. Thread-safe.
 */
final class AnswerFrames {
    private static final int GROWTH_BYTES_MIN = 1024;

    private static final byte[] NONE = {};

    private byte[] bytes = NONE;
    private int size;
    /** All events; empty unless they are kept in this form only. */
    private byte[] gzipped = NONE;

    synchronized void add(byte[] event) {
        unpack();
        if (event.length > bytes.length - size) {
            // By a quarter and not by half: most open answers are short, and there may be thousands.
            int growth = Math.max(event.length, Math.max(GROWTH_BYTES_MIN, size / 4));
            bytes = Arrays.copyOf(bytes, Math.addExact(size, growth));
        }
        System.arraycopy(event, 0, bytes, size, event.length);
        size += event.length;
    }

    /** In bytes. */
    synchronized int size() {
        return size;
    }

    /** A copy of the bytes from one offset to before another. */
    synchronized byte[] copy(int from, int to) {
        unpack();
        return Arrays.copyOfRange(bytes, from, to);
    }

    /** Keeps all events in this form, a tenth of the size, until they are read again. */
    synchronized void keepGzipped(byte[] all) {
        gzipped = all;
        bytes = NONE;
    }

    private void unpack() {
        if (gzipped.length > 0) {
            bytes = Gzip.unpack(gzipped, size)
                    .orElseThrow(() -> new IllegalStateException("the events were gzipped by this process"));
            gzipped = NONE;
        }
    }
}
