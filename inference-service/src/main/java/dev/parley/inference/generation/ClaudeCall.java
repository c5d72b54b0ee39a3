package dev.parley.inference.generation;

import dev.parley.inference.generation.Claude.Response;
import dev.parley.inference.generation.Ending.Cancelled;
import dev.parley.inference.generation.Ending.Completed;
import dev.parley.inference.generation.Ending.Refused;
import dev.parley.messages.ApiError;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** One call to Claude, from its response to its end, with a heartbeat at every interval. Blocks the calling thread. */
final class ClaudeCall {
    private static final Duration END_TIMEOUT = Duration.ofMillis(500);

    private final GenerationSettings settings;
    private final Clock clock;
    private final DeltaWriter deltas;
    private final AttemptRecord attempt;
    private final DeliveredAnswer shown;
    private final Optional<Splicer> splicer;
    private final Cancellation cancellation;
    private final Instant endsBy;

    /**
     * Prepares it.
     *
     * @param splicer makes the events continue what was delivered before; empty if nothing was
     * @param endsBy after which the answer counts as broken even if Claude continues
     */
    ClaudeCall(
            GenerationSettings settings,
            Clock clock,
            DeltaWriter deltas,
            AttemptRecord attempt,
            DeliveredAnswer shown,
            Optional<Splicer> splicer,
            Cancellation cancellation,
            Instant endsBy) {
        this.settings = settings;
        this.clock = clock;
        this.deltas = deltas;
        this.attempt = attempt;
        this.shown = shown;
        this.splicer = splicer;
        this.cancellation = cancellation;
        this.endsBy = endsBy;
    }

    /** Waits for the response, at most for the first-byte timeout, and copies it to the log. */
    Ending make(CompletableFuture<Response> call) throws InterruptedException {
        cancellation.onRequest(() -> call.cancel(true));
        Duration waited = Duration.ZERO;
        while (true) {
            try {
                return ending(call.get(settings.heartbeatInterval().toMillis(), TimeUnit.MILLISECONDS));
            } catch (TimeoutException e) {
                deltas.heartbeat();
                waited = waited.plus(settings.heartbeatInterval());
                if (waited.compareTo(settings.firstByteTimeout()) >= 0 && call.cancel(true)) {
                    return new Refused(0, "", ApiError.of(504, "Claude did not begin to answer in time."), false);
                }
            } catch (CancellationException e) {
                return new Cancelled();
            } catch (ExecutionException e) {
                throw new IllegalStateException("asking Claude must not fail but by a refusal", e.getCause());
            }
        }
    }

    private Ending ending(Response response) throws InterruptedException {
        return switch (response) {
            case Response.Accepted accepted -> {
                attempt.answered(accepted.status(), accepted.requestId());
                yield stream(accepted);
            }
            case Response.Refused no -> {
                attempt.answered(no.status(), no.requestId());
                yield new Refused(no.status(), no.retryAfter(), no.error(), no.noRetry());
            }
        };
    }

    private Ending stream(Response.Accepted accepted) throws InterruptedException {
        try (var answer = accepted.answer()) {
            Ending ending =
                    new AnswerPump(settings, clock, deltas, attempt, shown, splicer, endsBy).run(answer, cancellation);
            if (ending instanceof Completed) {
                answer.awaitEnd(END_TIMEOUT);
            }
            return ending;
        }
    }
}
