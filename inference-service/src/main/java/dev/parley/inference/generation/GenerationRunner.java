package dev.parley.inference.generation;

import dev.parley.contracts.delta.Delta.Failed;
import dev.parley.contracts.event.InferenceRequested;
import dev.parley.inference.generation.Ending.Broken;
import dev.parley.inference.generation.Ending.Cancelled;
import dev.parley.inference.generation.Ending.Refused;
import dev.parley.inference.generation.Ending.Whole;
import dev.parley.messages.ApiError;
import java.time.Clock;

/** Runs generations: asks Claude, streams the answer, tells how it ended. Blocks the calling thread. */
public final class GenerationRunner {
    private static final int FIRST = 1;
    private static final String SOON = "1";

    private final Claude claude;
    private final GenerationSettings settings;
    private final Clock clock;
    private final TurnWriter turns;

    public GenerationRunner(Claude claude, GenerationSettings settings, Clock clock, TurnWriter turns) {
        this.claude = claude;
        this.settings = settings;
        this.clock = clock;
        this.turns = turns;
    }

    /**
     * Runs a generation that nobody has begun.
     *
     * @return the turn, to be recorded
     */
    public FinishedTurn run(InferenceRequested inference, DeltaSink sink, Cancellation cancellation)
            throws InterruptedException {
        GenerationRun run = prepare(inference, FIRST, 0, sink, cancellation);
        Ending ending = run.run();
        return turns.finish(run, ending);
    }

    /**
     * Answers a generation as another one is answered that asked the same at the same time. Costs nothing, unless the
     * other one stops without an end.
     *
     * @param leader which was joined
     */
    public FinishedTurn follow(
            InferenceRequested inference, Broadcast leader, DeltaSink sink, Cancellation cancellation)
            throws InterruptedException {
        GenerationRun run = prepare(inference, FIRST, 0, sink, cancellation);
        Ending ending = run.follow(leader);
        return turns.finish(run, ending);
    }

    /**
     * Goes on with a generation whose owner is gone.
     *
     * @param slice all that counts of what was written before the claim
     * @param claimed the attempt that was claimed, by a heartbeat as its first piece
     */
    public FinishedTurn goOn(
            InferenceRequested inference, Slice slice, int claimed, DeltaSink sink, Cancellation cancellation)
            throws InterruptedException {
        GenerationRun run = prepare(inference, claimed, 1, sink, cancellation);
        run.after(slice);
        Ending ending = run.run();
        return turns.finish(run, ending);
    }

    /** The turn of an answer that has ended on the log without being recorded. */
    public FinishedTurn record(InferenceRequested inference, Slice slice, DeltaSink sink) {
        GenerationRun run = prepare(inference, slice.attempt() + 1, 0, sink, new Cancellation());
        run.after(slice);
        Ending ending = slice.terminal()
                .map(terminal -> terminal instanceof Failed failed ? failure(failed) : new Whole())
                .orElseThrow();
        run.attempts().forEach(attempt -> attempt.ended(ending, slice.lastSeen()));
        return turns.finish(run, ending);
    }

    private static Ending failure(Failed failed) {
        return failed.status() == Cancelled.STATUS
                ? new Cancelled()
                : new Broken(ApiError.parse(failed.status(), failed.body()));
    }

    /** Ends a generation that nobody has begun, since there is no room for it. */
    public FinishedTurn refuse(InferenceRequested inference, DeltaSink sink) {
        GenerationRun run = prepare(inference, FIRST, 0, sink, new Cancellation());
        ApiError full = ApiError.of(529, "Too many answers are being made. Please ask again.");
        return turns.finish(run, run.deltas().told(new Refused(0, SOON, full, true)));
    }

    /** Ends a generation of which the log has forgotten the beginning: with an error that says so, never in silence. */
    public FinishedTurn interrupt(InferenceRequested inference, Slice slice, DeltaSink sink) {
        GenerationRun run = prepare(inference, slice.attempt() + 1, 0, sink, new Cancellation());
        Ending ending = run.deltas().told(GenerationRun.interrupted());
        return turns.finish(run, ending);
    }

    private GenerationRun prepare(
            InferenceRequested inference, int attempt, int sequence, DeltaSink sink, Cancellation cancellation) {
        DeltaWriter deltas =
                new DeltaWriter(sink, inference.requested().generation(), attempt, inference.verdict(), sequence);
        return new GenerationRun(claude, settings, clock, inference, deltas, cancellation);
    }
}
