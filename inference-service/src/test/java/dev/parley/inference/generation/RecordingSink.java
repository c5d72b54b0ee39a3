package dev.parley.inference.generation;

import dev.parley.contracts.delta.Delta;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/** Keeps what is published. */
final class RecordingSink implements DeltaSink {
    final List<Delta> deltas = new ArrayList<>();
    Duration mergeDelay = Duration.ZERO;
    volatile boolean room = true;
    final AtomicInteger askedForRoom = new AtomicInteger();
    boolean keeps = true;
    long kept;
    /** Whether another replica owns the generation. */
    boolean lost;

    @Override
    public void publish(Delta delta) {
        deltas.add(delta);
    }

    @Override
    public Duration mergeDelay() {
        return mergeDelay;
    }

    @Override
    public boolean hasRoom() {
        askedForRoom.incrementAndGet();
        return room;
    }

    @Override
    public boolean keep(long bytes) {
        kept += bytes;
        return keeps;
    }

    @Override
    public void begin(Delta first) {
        if (lost) {
            throw new NotOwnerException();
        }
        publish(first);
    }
}
