package dev.parley.inference.generation;

import dev.parley.answercache.CachedAnswer;
import dev.parley.contracts.delta.AnsweredBy;
import dev.parley.contracts.delta.Delta.Failed;
import dev.parley.contracts.event.CacheVerdict;
import dev.parley.contracts.event.ChatRequested;
import dev.parley.contracts.event.TurnCodec;
import dev.parley.inference.generation.calls.AttemptRecord;
import dev.parley.inference.generation.calls.Claude;
import dev.parley.inference.generation.calls.Ending;
import dev.parley.inference.generation.calls.Ending.Broken;
import dev.parley.inference.generation.calls.Ending.Cancelled;
import dev.parley.inference.generation.calls.Ending.Completed;
import dev.parley.inference.generation.calls.Ending.Refused;
import dev.parley.inference.generation.judging.JudgedAnswer;
import dev.parley.inference.generation.judging.Judging;
import dev.parley.inference.generation.judging.SimilarTrace;
import dev.parley.inference.generation.models.ModelSelector;
import dev.parley.inference.generation.recovery.GenerationLog;
import dev.parley.messages.ApiError;
import dev.parley.messages.Thinking;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/** Runs generations: calls Claude, streams the answer, makes the turn. Blocks the calling thread. */
public final class GenerationRunner {
    private static final int FIRST = 1;
    private static final String SOON = "1";
    private static final String CACHED = "cached";

    /** The most bytes in a delta of a cached answer, unless a single event is longer. */
    private static final int REPLAYED_DELTA_BYTES_MAX = 512 * 1024;

    private final Claude claude;
    private final GenerationSettings settings;
    private final Clock clock;
    private final TurnFactory turns;
    private final ModelSelector selector;

    public GenerationRunner(
            Claude claude, GenerationSettings settings, Clock clock, TurnFactory turns, ModelSelector selector) {
        this.claude = claude;
        this.settings = settings;
        this.clock = clock;
        this.turns = turns;
        this.selector = selector;
    }

    /** Runs a new generation; returns the turn, to be recorded. */
    public FinishedTurn run(RoutedRequest request, DeltaSink sink, Cancellation cancellation)
            throws InterruptedException {
        GenerationRun run = prepare(request, FIRST, 0, sink, cancellation);
        Ending ending = run.run();
        return turns.create(run, ending);
    }

    /** As {@link #run}, and offers the stream to {@linkplain #follow followers}. */
    public FinishedTurn lead(RoutedRequest request, SharedStream stream, DeltaSink sink, Cancellation cancellation)
            throws InterruptedException {
        DeltaWriter deltas = writer(request, FIRST, 0, stream.publishingTo(sink));
        GenerationRun run = prepare(request, deltas, stream.frames(), stream.leading(cancellation));
        Ending ending = run.run();
        return turns.create(run, ending);
    }

    /**
     * Runs a new generation while a judge is asked whether the stored answer to a similar question serves. Whichever comes first is
     * used, Claude's response or the permission; the other call is closed. Without memory for the stored answer, Claude's is used. A
     * generation that was cancelled before costs nothing: there is no call.
     */
    public FinishedTurn hedge(RoutedRequest request, JudgedAnswer stored, DeltaSink sink, Cancellation cancellation)
            throws InterruptedException {
        if (cancellation.isRequested()) {
            return run(request, sink, cancellation);
        }
        GenerationRun run = prepare(request, FIRST, 0, sink, cancellation);
        try {
            return hedge(run, request, stored, sink);
        } finally {
            run.closeUnusedCall();
        }
    }

    private FinishedTurn hedge(GenerationRun run, RoutedRequest request, JudgedAnswer stored, DeltaSink sink)
            throws InterruptedException {
        Judging judging = stored.judge().get();
        Optional<CachedAnswer> answer;
        boolean overtaken;
        SimilarTrace trace;
        try {
            overtaken = run.askUntilPermitted(judging.permitted());
            answer = overtaken ? stored.answer().get() : Optional.empty();
        } finally {
            trace = judging.stop();
        }
        Optional<byte[]> frames = answer.flatMap(sink::unpack);
        if (frames.isPresent() && run.dropCall()) {
            stored.used().run();
            RoutedRequest similar = new RoutedRequest(
                    request.requested(), CacheVerdict.SIMILAR, clock.instant(), trace.with(judging.calls()));
            DeltaWriter deltas = writer(similar, FIRST, run.deltas().sequence(), sink);
            return replay(similar, answer.get().message(), frames.get(), deltas, run.attempts());
        }
        sink.dropUnpacked();
        if (judging.permitted().getNow(false)) {
            boolean isLate = !overtaken || frames.isPresent();
            String inTime = answer.isEmpty() ? Judging.ANSWER_GONE : SimilarTrace.CROWDED;
            trace = trace.refusedBy(isLate ? Judging.LATE : inTime);
        }
        run.judged(trace);
        Ending ending = run.run();
        run.judged(trace.with(judging.calls()));
        return turns.create(run, ending);
    }

    /**
     * Publishes a stored answer, as the only attempt of a new generation; the one to a similar question without thinking.
     *
     * @param frames its {@linkplain DeltaSink#unpack unpacked} events
     */
    public FinishedTurn replay(RoutedRequest request, byte[] message, byte[] frames, DeltaSink sink)
            throws InterruptedException {
        return replay(request, message, frames, writer(request, FIRST, 0, sink), List.of());
    }

    private FinishedTurn replay(
            RoutedRequest request, byte[] answer, byte[] events, DeltaWriter deltas, List<AttemptRecord> dropped)
            throws InterruptedException {
        JsonNode stored = TurnCodec.MAPPER.readTree(answer);
        // With the thinking of an answer to another question, Claude would refuse the reader's next request.
        boolean removesThinking = request.verdict() == CacheVerdict.SIMILAR
                && stored.path("content").valueStream().anyMatch(Thinking::is);
        JsonNode message = removesThinking ? Thinking.removed(stored) : stored;
        byte[] frames = removesThinking ? Thinking.removed(events) : events;
        if (request.verdict() == CacheVerdict.PUBLISHED) {
            frames = FramePacker.withoutIds(frames);
        }
        if (selector.hasChoice(request.requested())) {
            deltas.answeredBy(new AnsweredBy(message.path("model").stringValue("unknown"), CACHED));
        }
        deltas.whole(FramePacker.pack(frames, REPLAYED_DELTA_BYTES_MAX));
        return turns.createReplayed(request, message, dropped, deltas.recorded());
    }

    /** Answers a generation with the joined stream of an identical request. Costs nothing unless that stops before its end. */
    public FinishedTurn follow(RoutedRequest request, SharedStream leader, DeltaSink sink, Cancellation cancellation)
            throws InterruptedException {
        GenerationRun run = prepare(request.shared(), FIRST, 0, sink, cancellation);
        Ending ending = run.follow(leader);
        return turns.create(run, ending).notToCache();
    }

    /**
     * Continues a generation whose owner is gone.
     *
     * @param log all valid records before the claim
     * @param claimed the claimed attempt, whose first delta is the heartbeat of the claim
     */
    public FinishedTurn resume(
            ChatRequested requested, GenerationLog log, int claimed, DeltaSink sink, Cancellation cancellation)
            throws InterruptedException {
        RoutedRequest request = RoutedRequest.resumed(requested, log);
        GenerationRun run = prepare(request, claimed, 1, sink, cancellation);
        run.restore(log);
        Ending ending = run.run();
        return cacheable(turns.create(run, ending), log);
    }

    /** The turn of an answer that has ended on the log and was not recorded. */
    public FinishedTurn turnFromLog(ChatRequested requested, GenerationLog log, DeltaSink sink) {
        RoutedRequest request = RoutedRequest.recovered(requested, log);
        GenerationRun run = prepare(request, log.attempt() + 1, 0, sink, new Cancellation());
        run.restore(log);
        Ending ending = log.failure().map(GenerationRunner::failure).orElseGet(Completed::new);
        if (!run.attempts().isEmpty()) {
            run.attempts().getLast().ended(ending, log.lastSeen());
        }
        return cacheable(turns.create(run, ending), log);
    }

    private static FinishedTurn cacheable(FinishedTurn finished, GenerationLog before) {
        return before.hasCopies() ? finished.notToCache() : finished;
    }

    private static Ending failure(Failed failed) {
        return failed.status() == Cancelled.STATUS
                ? new Cancelled()
                : new Broken(ApiError.parse(failed.status(), failed.body()), failed.noRetry());
    }

    /** Rejects a new generation, because the replica is at capacity or the key has its share of it. */
    public FinishedTurn reject(RoutedRequest request, ApiError error, DeltaSink sink) {
        GenerationRun run = prepare(request, FIRST, 0, sink, new Cancellation());
        return turns.create(run, run.deltas().publishEnd(new Refused(0, SOON, error, true)));
    }

    /**
     * Ends a generation with an error, because it has waited for too long, or its answer cannot be continued or recorded. Its calls
     * count nevertheless.
     *
     * @param incomplete whether some of its deltas have expired or cannot be read: then its cost is unknown
     */
    public FinishedTurn giveUp(ChatRequested requested, GenerationLog log, boolean incomplete, DeltaSink sink) {
        RoutedRequest request = RoutedRequest.resumed(requested, log);
        GenerationRun run = prepare(request, log.attempt() + 1, 0, sink, new Cancellation());
        run.restoreCalls(log, incomplete);
        Ending ending = run.deltas().publishEnd(GenerationRun.interrupted());
        return turns.create(run, ending);
    }

    private GenerationRun prepare(
            RoutedRequest request, int attempt, int sequence, DeltaSink sink, Cancellation cancellation) {
        return prepare(request, writer(request, attempt, sequence, sink), new AnswerFrames(), cancellation);
    }

    private GenerationRun prepare(
            RoutedRequest request, DeltaWriter deltas, AnswerFrames frames, Cancellation cancellation) {
        return new GenerationRun(
                claude, settings, clock, request, selector.select(request.requested()), deltas, frames, cancellation);
    }

    private static DeltaWriter writer(RoutedRequest request, int attempt, int sequence, DeltaSink sink) {
        return new DeltaWriter(
                sink,
                request.requested().generation(),
                attempt,
                request.verdict(),
                request.similar().check(),
                sequence);
    }
}
