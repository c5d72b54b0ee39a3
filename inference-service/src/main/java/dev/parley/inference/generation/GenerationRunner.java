package dev.parley.inference.generation;

import dev.parley.contracts.delta.Delta.Failed;
import dev.parley.contracts.event.InferenceRequested;
import dev.parley.inference.generation.Claude.Response;
import dev.parley.inference.generation.Ending.Broken;
import dev.parley.inference.generation.Ending.Refused;
import dev.parley.messages.ApiError;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import tools.jackson.databind.json.JsonMapper;

/** Runs one attempt of a generation: asks Claude, streams the answer, tells how it ended. Blocks its thread. */
public final class GenerationRunner {
    private static final JsonMapper MAPPER = JsonMapper.shared();
    private static final Duration PATIENCE_FOR_THE_END = Duration.ofMillis(500);

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
     * Runs an attempt to its end.
     *
     * @param number 1 for the first attempt
     * @return the turn, to be recorded
     */
    public FinishedTurn run(InferenceRequested inference, int number, DeltaSink sink) throws InterruptedException {
        DeltaWriter deltas = new DeltaWriter(sink, inference.requested().generation(), number, inference.verdict());
        deltas.heartbeat();
        AttemptRecord attempt = new AttemptRecord(number, clock.instant());
        Ending ending = answer(inference, deltas, attempt);
        switch (ending) {
            case Ending.Whole _ -> {
                // The last piece said so.
            }
            case Refused refused ->
                deltas.failed(refused.error().status(), refused.retryAfter(), body(inference, refused.error()));
            case Broken broken -> deltas.failed(broken.error().status(), "", body(inference, broken.error()));
        }
        return turns.finish(inference, attempt, ending, deltas.recorded());
    }

    /** The turn of an answer that has ended on the log without being recorded. */
    public FinishedTurn record(InferenceRequested inference, Slice slice, DeltaSink sink) {
        DeltaWriter deltas = writerAfter(inference, slice, sink);
        Ending ending = slice.terminal()
                .map(terminal -> terminal instanceof Failed failed
                        ? new Broken(ApiError.parse(failed.status(), failed.body()))
                        : new Ending.Whole())
                .orElseThrow();
        return turns.finish(inference, attemptOf(inference, slice), ending, deltas.recorded());
    }

    /** Ends an answer whose owner is gone in the middle of it: with an error that says so, never in silence. */
    public FinishedTurn interrupt(InferenceRequested inference, Slice slice, DeltaSink sink) {
        DeltaWriter deltas = writerAfter(inference, slice, sink);
        Broken ending = new Broken(ApiError.of(500, "The answer was interrupted. Please ask again."));
        deltas.failed(ending.error().status(), "", body(inference, ending.error()));
        return turns.finish(inference, attemptOf(inference, slice), ending, deltas.recorded());
    }

    private static DeltaWriter writerAfter(InferenceRequested inference, Slice slice, DeltaSink sink) {
        return new DeltaWriter(sink, inference.requested().generation(), slice.attempt() + 1, inference.verdict());
    }

    private static AttemptRecord attemptOf(InferenceRequested inference, Slice slice) {
        AttemptRecord attempt = new AttemptRecord(slice.attempt(), inference.decidedAt());
        slice.frames().forEach(frame -> attempt.add(frame, frame.json(MAPPER), slice.lastSeen()));
        return attempt;
    }

    private Ending answer(InferenceRequested inference, DeltaWriter deltas, AttemptRecord attempt)
            throws InterruptedException {
        CompletableFuture<Response> call = claude.ask(inference.requested());
        Duration waited = Duration.ZERO;
        while (true) {
            try {
                Response response = call.get(settings.heartbeatInterval().toMillis(), TimeUnit.MILLISECONDS);
                return switch (response) {
                    case Response.Accepted accepted -> {
                        attempt.answered(accepted.status(), accepted.requestId());
                        try (var answer = accepted.answer()) {
                            Ending ending = new AnswerPump(settings, clock, deltas, attempt).run(answer);
                            if (ending instanceof Ending.Whole) {
                                answer.awaitEnd(PATIENCE_FOR_THE_END);
                            }
                            yield ending;
                        }
                    }
                    case Response.Refused refused -> {
                        attempt.answered(refused.status(), refused.requestId());
                        yield new Refused(refused.status(), refused.retryAfter(), refused.error());
                    }
                };
            } catch (TimeoutException e) {
                deltas.heartbeat();
                waited = waited.plus(settings.heartbeatInterval());
                if (waited.compareTo(settings.firstByteTimeout()) >= 0 && call.cancel(true)) {
                    return new Refused(0, "", ApiError.of(504, "Claude did not begin to answer in time."));
                }
            } catch (ExecutionException e) {
                throw new IllegalStateException("asking Claude must not fail but by a refusal", e.getCause());
            }
        }
    }

    private static byte[] body(InferenceRequested inference, ApiError error) {
        return error.body(inference.requested().generation().value());
    }
}
