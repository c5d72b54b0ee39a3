package dev.parley.inference.similar;

import dev.parley.contracts.event.Attempt;
import dev.parley.inference.generation.Cancellation;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** One call to a judge. Its verdict is known within the time limit, before or after the call has ended. */
final class JudgeCall {
    /**
     * The end of a call.
     *
     * @param given the verdict of the judge, which may have come too late
     * @param attempts none if no call was made
     */
    record Ended(Verdict given, List<Attempt> attempts) {}

    private final Cancellation cancellation = new Cancellation();
    private final CompletableFuture<Verdict> verdict = new CompletableFuture<>();
    private final CompletableFuture<Ended> ended = new CompletableFuture<>();

    /** A call that starts. */
    JudgeCall(Duration timeLimit) {
        // Whatever ends the wait first ends the call.
        var _ = verdict.completeOnTimeout(Verdict.LATE, timeLimit.toNanos(), TimeUnit.NANOSECONDS)
                .thenRun(cancellation::request);
    }

    /** A call that is not made. */
    JudgeCall(Verdict decided) {
        verdict.complete(decided);
        ended.complete(new Ended(decided, List.of()));
    }

    Cancellation cancellation() {
        return cancellation;
    }

    CompletableFuture<Verdict> verdict() {
        return verdict;
    }

    CompletableFuture<Ended> ended() {
        return ended;
    }

    /** The verdict is {@link Verdict#LATE}, unless it is known. */
    void stop() {
        verdict.complete(Verdict.LATE);
    }
}
