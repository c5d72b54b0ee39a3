package dev.parley.inference.similar;

import dev.parley.contracts.event.Attempt;
import dev.parley.inference.generation.Cancellation;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * One call to a judge, and the requests that wait for its verdict: one at first. The verdict is known within the time limit, before
 * or after the call has ended. Thread-safe.
 */
final class JudgeCall {
    /**
     * The end of a call.
     *
     * @param given the verdict of the judge, which may have come too late
     * @param attempts none if no call was made
     */
    record Ended(JudgeVerdict given, List<Attempt> attempts) {}

    private final Cancellation cancellation = new Cancellation();
    private final CompletableFuture<JudgeVerdict> verdict = new CompletableFuture<>();
    private final CompletableFuture<Ended> ended = new CompletableFuture<>();
    private int waiting = 1;
    private boolean charged;

    /** A call that starts. */
    JudgeCall(Duration timeLimit) {
        // Whatever ends the wait first ends the call.
        var _ = verdict.completeOnTimeout(JudgeVerdict.LATE, timeLimit.toNanos(), TimeUnit.NANOSECONDS)
                .thenRun(cancellation::request);
    }

    /** A call that is not made. */
    JudgeCall(JudgeVerdict decided) {
        verdict.complete(decided);
        ended.complete(new Ended(decided, List.of()));
    }

    Cancellation cancellation() {
        return cancellation;
    }

    CompletableFuture<JudgeVerdict> verdict() {
        return verdict;
    }

    CompletableFuture<Ended> ended() {
        return ended;
    }

    /** Adds a request; false if the call was stopped, because none waited. */
    synchronized boolean join() {
        boolean open = waiting > 0 || verdict.getNow(JudgeVerdict.LATE) != JudgeVerdict.LATE;
        waiting += open ? 1 : 0;
        return open;
    }

    /** Removes a request; after the last one the verdict is {@link JudgeVerdict#LATE}, unless it is known. */
    synchronized void leave() {
        waiting--;
        if (waiting == 0) {
            verdict.complete(JudgeVerdict.LATE);
        }
    }

    /** Whether the request that calls this has to count the call as its own: the first one does. */
    synchronized boolean charge() {
        boolean free = !charged;
        charged = true;
        return free;
    }
}
