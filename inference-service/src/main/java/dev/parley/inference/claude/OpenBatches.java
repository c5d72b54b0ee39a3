package dev.parley.inference.claude;

import io.netty.channel.EventLoop;
import io.netty.util.concurrent.FastThreadLocal;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.TimeUnit;

/**
 * The answers of one event loop that wait for the end of their batches, in the order of their ends: answers wait for common times. One
 * task of the loop ends all batches that are due. A task for each would be sorted into those of all answers twice. Owned by the event
 * loop; an answer is here once at most.
 */
final class OpenBatches implements Runnable {
    private static final FastThreadLocal<OpenBatches> OF_THREAD = new FastThreadLocal<>();

    private record Batch(HttpAnswerStream answer, long endsAt) {}

    private final EventLoop loop;
    private final Queue<Batch> open = new ArrayDeque<>();
    /** Whether a task of the loop is to end the next batch, or runs. */
    private boolean scheduled;

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

    /** Has the batch of an answer end at a time by {@link System#nanoTime()}, and after those that were added before. */
    void add(HttpAnswerStream answer, long endsAt) {
        open.add(new Batch(answer, endsAt));
        if (!scheduled) {
            scheduleNext(System.nanoTime());
        }
    }

    private void scheduleNext(long now) {
        Batch next = open.peek();
        scheduled = next != null;
        if (next != null) {
            var _ = loop.schedule(this, next.endsAt - now, TimeUnit.NANOSECONDS);
        }
    }

    @Override
    public void run() {
        long now = System.nanoTime();
        try {
            for (Batch next = open.peek(); next != null; next = open.peek()) {
                if (next.endsAt - now > 0) {
                    now = System.nanoTime();
                }
                if (next.endsAt - now > 0) {
                    break;
                }
                open.remove();
                next.answer.endWaitingBatch();
            }
        } finally {
            scheduleNext(now);
        }
    }
}
