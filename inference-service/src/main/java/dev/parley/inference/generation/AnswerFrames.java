package dev.parley.inference.generation;

import dev.parley.contracts.Gzip;
import java.util.ArrayList;
import java.util.List;

/**
 * The events of one answer in the order of delivery, kept once for all that need them: its turn, and identical requests that
 * follow the stream. Thread-safe.
 */
final class AnswerFrames {
    /** Small, because most open answers are short, and there may be thousands. */
    private static final int CHUNK_BYTES = 1024;

    private static final byte[] NONE = {};

    /** The events in chunks of {@link #CHUNK_BYTES}, of which all but the last are full. */
    private List<byte[]> chunks = new ArrayList<>();

    private int size;
    /** All events; empty unless they are kept in this form only. */
    private byte[] gzipped = NONE;

    synchronized void add(byte[] event) {
        unpack();
        append(event);
    }

    private void append(byte[] bytes) {
        for (int done = 0; done < bytes.length; ) {
            int at = size % CHUNK_BYTES;
            if (at == 0) {
                chunks.add(new byte[CHUNK_BYTES]);
            }
            int some = Math.min(CHUNK_BYTES - at, bytes.length - done);
            System.arraycopy(bytes, done, chunks.getLast(), at, some);
            done += some;
            size = Math.addExact(size, some);
        }
    }

    /** In bytes. */
    synchronized int size() {
        return size;
    }

    /** A copy of the bytes from one offset to before another. */
    synchronized byte[] copy(int from, int to) {
        unpack();
        byte[] copy = new byte[to - from];
        for (int done = 0; done < copy.length; ) {
            int at = (from + done) % CHUNK_BYTES;
            int some = Math.min(CHUNK_BYTES - at, copy.length - done);
            System.arraycopy(chunks.get((from + done) / CHUNK_BYTES), at, copy, done, some);
            done += some;
        }
        return copy;
    }

    /** Keeps all events in this form, a tenth of the size, until they are read again. */
    synchronized void keepGzipped(byte[] all) {
        gzipped = all;
        chunks = new ArrayList<>();
    }

    private void unpack() {
        if (gzipped.length > 0) {
            byte[] all = Gzip.unpack(gzipped, size)
                    .orElseThrow(() -> new IllegalStateException("the events were gzipped by this process"));
            gzipped = NONE;
            size = 0;
            append(all);
        }
    }
}
