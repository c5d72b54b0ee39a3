package dev.parley.inference.claude;

import io.netty.channel.EventLoop;
import io.netty.util.concurrent.FastThreadLocal;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.TimeUnit;

/**
 * The answers of one event loop that wait for the end of their batches, by the millisecond of the end: answers wait for common times.
 * One task of the loop ends all batches of a millisecond. A task for each would be sorted into those of all answers twice. Owned by
 * the event loop; an answer is here once at most.
 */
final class OpenBatches {
    private static final FastThreadLocal<OpenBatches> OF_THREAD = new FastThreadLocal<>();
    private static final long MILLISECOND = TimeUnit.MILLISECONDS.toNanos(1);

    private final EventLoop loop;
    private final Map<Long, Queue<HttpAnswerStream>> open = new HashMap<>();

    private OpenBatches(EventLoop loop) {
        this.loop = loop;
    }

    /** Those of a loop, which is that of the current thread. */
    static OpenBatches of(EventLoop loop) {
        OpenBatches known = OF_THREAD.get();
        if (known == null) {
            known = new OpenBatches(loop);
            OF_THREAD.set(known);
        }
        return known;
    }

    /** Has the batch of an answer end after a time, to the nearest millisecond of {@link System#nanoTime()}. */
    void add(HttpAnswerStream answer, Duration delay) {
        long now = System.nanoTime();
        long endsAt = Math.floorDiv(now + delay.toNanos() + MILLISECOND / 2, MILLISECOND);
        open.computeIfAbsent(endsAt, at -> {
                    var _ = loop.schedule(() -> end(at), at * MILLISECOND - now, TimeUnit.NANOSECONDS);
                    return new ArrayDeque<>();
                })
                .add(answer);
    }

    private void end(long millisecond) {
        Queue<HttpAnswerStream> due = open.remove(millisecond);
        if (due != null) {
            end(due);
        }
    }

    /** Goes on after a batch that fails. */
    private void end(Queue<HttpAnswerStream> due) {
        try {
            for (HttpAnswerStream next = due.poll(); next != null; next = due.poll()) {
                next.endWaitingBatch();
            }
        } finally {
            if (!due.isEmpty()) {
                loop.execute(() -> end(due));
            }
        }
    }
}
