package dev.parley.inference.generation;

import dev.parley.answercache.Answer;
import dev.parley.contracts.delta.Delta.Failed;
import dev.parley.contracts.event.ChatRequested;
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

    /** Room in a record of {@code chat.deltas}; only a single event that is longer makes a longer piece. */
    private static final int REPLAY_PIECE_BYTES_MAX = 512 * 1024;

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
    public FinishedTurn run(RoutedRequest request, DeltaSink sink, Cancellation cancellation)
            throws InterruptedException {
        GenerationRun run = prepare(request, FIRST, 0, sink, cancellation);
        Ending ending = run.run();
        return turns.finish(run, ending);
    }

    /** Gives a cached answer, as the first and only attempt of a generation that no replica has begun. */
    public FinishedTurn replay(RoutedRequest request, Answer answer, DeltaSink sink) {
        DeltaWriter deltas =
                prepare(request, FIRST, 0, sink, new Cancellation()).deltas();
        deltas.whole(FramePacker.pack(answer.frames(), REPLAY_PIECE_BYTES_MAX));
        return turns.replayed(request, answer, deltas.recorded());
    }

    /**
     * Answers a generation as another one is answered that asked the same at the same time. Costs nothing, unless the
     * other one stops without an end.
     *
     * @param leader which was joined
     */
    public FinishedTurn follow(RoutedRequest request, Broadcast leader, DeltaSink sink, Cancellation cancellation)
            throws InterruptedException {
        GenerationRun run = prepare(request, FIRST, 0, sink, cancellation);
        Ending ending = run.follow(leader);
        return turns.finish(run, ending).notToCache();
    }

    /**
     * Goes on with a generation whose owner is gone.
     *
     * @param slice all that counts of what was written before the claim
     * @param claimed the attempt that was claimed, by a heartbeat as its first piece
     */
    public FinishedTurn goOn(
            ChatRequested requested, Slice slice, int claimed, DeltaSink sink, Cancellation cancellation)
            throws InterruptedException {
        RoutedRequest request = RoutedRequest.toClaude(requested, requested.publishedAt());
        GenerationRun run = prepare(request, claimed, 1, sink, cancellation);
        run.after(slice);
        Ending ending = run.run();
        return cacheable(turns.finish(run, ending), slice);
    }

    /** The turn of an answer that has ended on the log without being recorded. */
    public FinishedTurn record(ChatRequested requested, Slice slice, DeltaSink sink) {
        RoutedRequest request = RoutedRequest.recovered(requested, slice);
        GenerationRun run = prepare(request, slice.attempt() + 1, 0, sink, new Cancellation());
        run.after(slice);
        Ending ending = slice.terminal()
                .map(terminal -> terminal instanceof Failed failed ? failure(failed) : new Whole())
                .orElseThrow();
        run.attempts().forEach(attempt -> attempt.ended(ending, slice.lastSeen()));
        return cacheable(turns.finish(run, ending), slice);
    }

    private static FinishedTurn cacheable(FinishedTurn finished, Slice before) {
        return before.copiedEver() ? finished.notToCache() : finished;
    }

    private static Ending failure(Failed failed) {
        return failed.status() == Cancelled.STATUS
                ? new Cancelled()
                : new Broken(ApiError.parse(failed.status(), failed.body()));
    }

    /** Ends a generation that nobody has begun, since there is no room for it. */
    public FinishedTurn refuse(RoutedRequest request, DeltaSink sink) {
        GenerationRun run = prepare(request, FIRST, 0, sink, new Cancellation());
        ApiError full = ApiError.of(529, "Too many answers are being made. Please ask again.");
        return turns.finish(run, run.deltas().told(new Refused(0, SOON, full, true)));
    }

    /** Ends a generation of which the log has forgotten the beginning: with an error that says so, never in silence. */
    public FinishedTurn interrupt(ChatRequested requested, Slice slice, DeltaSink sink) {
        RoutedRequest request = RoutedRequest.toClaude(requested, requested.publishedAt());
        GenerationRun run = prepare(request, slice.attempt() + 1, 0, sink, new Cancellation());
        Ending ending = run.deltas().told(GenerationRun.interrupted());
        return turns.finish(run, ending);
    }

    private GenerationRun prepare(
            RoutedRequest request, int attempt, int sequence, DeltaSink sink, Cancellation cancellation) {
        DeltaWriter deltas =
                new DeltaWriter(sink, request.requested().generation(), attempt, request.verdict(), sequence);
        return new GenerationRun(claude, settings, clock, request, deltas, cancellation);
    }
}
