package dev.parley.inference.generation.recovery;

import java.util.concurrent.atomic.AtomicLong;

/**
 * The heap that the answers of earlier owners may take together, from the reading of their events until their generations end
 * here. Thread-safe.
 */
public final class RecoveryMemory {
    private final long bytesMax;
    private final AtomicLong taken = new AtomicLong();

    public RecoveryMemory(long bytesMax) {
        this.bytesMax = bytesMax;
    }

    /** Whether there is room for an answer. One that is larger than all of the memory has room while there is no other. */
    boolean hasRoom(long bytes) {
        long others = taken.get();
        return others == 0 || others + bytes <= bytesMax;
    }

    boolean isExceeded() {
        return taken.get() > bytesMax;
    }

    void take(long bytes) {
        taken.addAndGet(bytes);
    }

    void release(long bytes) {
        taken.addAndGet(-bytes);
    }
}
