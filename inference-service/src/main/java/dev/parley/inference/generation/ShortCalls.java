package dev.parley.inference.generation;

import dev.parley.contracts.event.Attempt;
import dev.parley.contracts.event.CacheVerdict;
import dev.parley.contracts.id.GenerationId;
import dev.parley.inference.generation.calls.AttemptRecord;
import dev.parley.inference.generation.calls.Claude;
import dev.parley.inference.generation.calls.Ending;
import java.time.Clock;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/** Asks Claude for short messages that no reader receives. */
public final class ShortCalls {
    private static final DeltaSink NOWHERE = _ -> {};
    private static final int ATTEMPT = 1;

    private final Claude claude;
    private final GenerationSettings settings;
    private final Clock clock;

    public ShortCalls(Claude claude, GenerationSettings settings, Clock clock) {
        this.claude = claude;
        this.settings = settings;
        this.clock = clock;
    }

    /** The result of a call: the message as far as it was received, and the call with the number 0 and without its price. */
    public record Reply(Ending ending, JsonNode message, Attempt call) {}

    /** Makes one call for a generation, without a retry. Blocks until its end, at most for the time limits of an answer. */
    public Reply ask(GenerationId generation, Claude.Call call, Cancellation cancellation) throws InterruptedException {
        DeltaWriter nowhere = new DeltaWriter(NOWHERE, generation, ATTEMPT, CacheVerdict.MISS, Optional.empty(), 0);
        AttemptRecord attempt = new AttemptRecord(0, call.model(), clock.instant());
        DeliveredAnswer received = new DeliveredAnswer(new AnswerFrames());
        Ending ending = new ClaudeCall(
                        settings,
                        clock,
                        nowhere,
                        attempt,
                        received,
                        Optional.empty(),
                        cancellation,
                        clock.instant().plus(settings.retries().lifetimeMax()))
                .make(claude.ask(call));
        attempt.ended(ending, clock.instant());
        return new Reply(ending, received.message(), attempt.attempt());
    }
}
