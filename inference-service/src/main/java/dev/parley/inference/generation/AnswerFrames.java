package dev.parley.inference.generation;

import java.util.Arrays;

/**
 * The events of one answer in the order of delivery, kept once for all that need them: its turn, and identical requests that
 * follow the stream. Thread-safe.
 */
final class AnswerFrames {
    private static final int GROWTH_BYTES_MIN = 1024;

    private byte[] bytes = {};
    private int size;

    synchronized void add(byte[] event) {
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
        return Arrays.copyOfRange(bytes, from, to);
    }
}
