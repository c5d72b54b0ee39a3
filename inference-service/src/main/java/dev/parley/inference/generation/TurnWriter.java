package dev.parley.inference.generation;

import static dev.parley.contracts.event.StageTimings.millis;

import dev.parley.contracts.delta.Delta.Recorded;
import dev.parley.contracts.event.Attempt;
import dev.parley.contracts.event.ChatRequested;
import dev.parley.contracts.event.InferenceRequested;
import dev.parley.contracts.event.StageTimings;
import dev.parley.contracts.event.Turn;
import dev.parley.contracts.event.TurnFacts;
import dev.parley.contracts.event.Usage;
import dev.parley.inference.generation.Ending.Broken;
import dev.parley.inference.generation.Ending.Refused;
import dev.parley.inference.generation.Ending.Whole;
import dev.parley.messages.ApiError;
import java.math.BigDecimal;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Writes down how a generation went. */
public final class TurnWriter {
    private static final byte[] NOTHING = {};

    private final JsonMapper mapper;
    private final Prices prices;
    private final Clock clock;
    private final GenerationMeter meter;

    public TurnWriter(JsonMapper mapper, Prices prices, Clock clock, GenerationMeter meter) {
        this.mapper = mapper;
        this.prices = prices;
        this.clock = clock;
        this.meter = meter;
    }

    FinishedTurn finish(InferenceRequested inference, AttemptRecord attempt, Ending ending, Recorded marker) {
        Instant now = clock.instant();
        TurnFacts facts = facts(inference, attempt, ending, now);
        JsonNode message = attempt.message();
        meter.ended(attempt.model("unknown"), facts, ending);
        return switch (ending) {
            case Whole _ -> new FinishedTurn(new Turn.ChatCompleted(facts, message), attempt.gzippedFrames(), marker);
            case Refused refused ->
                new FinishedTurn(new Turn.ChatFailed(facts, message, failure(refused.error())), NOTHING, marker);
            case Broken broken ->
                new FinishedTurn(new Turn.ChatFailed(facts, message, failure(broken.error())), NOTHING, marker);
        };
    }

    private TurnFacts facts(InferenceRequested inference, AttemptRecord attempt, Ending ending, Instant now) {
        ChatRequested requested = inference.requested();
        Usage usage = attempt.usage();
        String model = attempt.model(requested.model());
        BigDecimal cost = prices.cost(model, usage).orElse(BigDecimal.ZERO);
        Duration claude = Duration.between(attempt.startedAt(), now);
        return new TurnFacts(
                requested.generation(),
                requested.conversation(),
                requested.tenant(),
                requested.user(),
                requested.model(),
                requested.fingerprint(),
                requested.cachePolicy(),
                inference.verdict(),
                mapper.readTree(requested.request()),
                usage,
                cost,
                List.of(new Attempt(
                        attempt.number(),
                        model,
                        attempt.startedAt(),
                        millis(claude),
                        outcome(ending),
                        attempt.status(),
                        attempt.requestId(),
                        usage,
                        cost)),
                new StageTimings(
                        millis(Duration.between(requested.receivedAt(), requested.publishedAt())),
                        millis(Duration.between(requested.publishedAt(), inference.decidedAt())),
                        millis(Duration.between(inference.decidedAt(), attempt.startedAt())),
                        millis(attempt.toFirstToken()),
                        millis(claude),
                        millis(Duration.between(requested.receivedAt(), now))),
                requested.receivedAt(),
                now,
                requested.traceparent());
    }

    private static String outcome(Ending ending) {
        return switch (ending) {
            case Whole _ -> "completed";
            case Refused _ -> "refused";
            case Broken _ -> "broken";
        };
    }

    private static Turn.Failure failure(ApiError error) {
        return new Turn.Failure(error.status(), error.type(), error.message());
    }
}
