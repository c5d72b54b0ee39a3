package dev.parley.inference.generation;

import static dev.parley.contracts.event.StageTimings.millis;
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.parley.contracts.delta.Delta.Recorded;
import dev.parley.contracts.event.Attempt;
import dev.parley.contracts.event.ChatRequested;
import dev.parley.contracts.event.Prompt;
import dev.parley.contracts.event.Selection;
import dev.parley.contracts.event.StageTimings;
import dev.parley.contracts.event.Turn;
import dev.parley.contracts.event.TurnFacts;
import dev.parley.contracts.event.Usage;
import dev.parley.contracts.json.RawJson;
import dev.parley.contracts.price.Prices;
import dev.parley.contracts.price.Rates;
import dev.parley.inference.generation.calls.AttemptRecord;
import dev.parley.inference.generation.calls.Ending;
import dev.parley.inference.generation.calls.Ending.Broken;
import dev.parley.inference.generation.calls.Ending.Cancelled;
import dev.parley.inference.generation.calls.Ending.Completed;
import dev.parley.inference.generation.calls.Ending.Refused;
import dev.parley.messages.ApiError;
import dev.parley.messages.Thinking;
import java.math.BigDecimal;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;

/** Makes the turn of a generation. */
public final class TurnFactory {
    private final Prices prices;
    private final Clock clock;
    private final GenerationMeter meter;

    public TurnFactory(Prices prices, Clock clock, GenerationMeter meter) {
        this.prices = prices;
        this.clock = clock;
        this.meter = meter;
    }

    FinishedTurn create(GenerationRun run, Ending ending) {
        List<AttemptRecord> calls = run.attempts();
        Optional<Instant> askedAt = calls.stream().map(AttemptRecord::startedAt).findFirst();
        TurnFacts facts = facts(
                run.request(),
                run.selection(),
                calls,
                run.knowsAllAttempts(),
                askedAt,
                run.shown().toFirstToken());
        JsonNode message = run.shown().message();
        Recorded marker = run.deltas().recorded();
        String model = modelOf(calls);
        Runnable counted = () -> meter.ended(model, facts, ending);
        Turn turn = switch (ending) {
            case Completed _ -> new Turn.ChatCompleted(facts, message);
            case Refused refused -> new Turn.ChatFailed(facts, message, failure(refused.error()));
            case Broken broken -> new Turn.ChatFailed(facts, message, failure(broken.error()));
            case Cancelled _ -> new Turn.ChatCancelled(facts, message);
        };
        return ending instanceof Completed && !run.fellBack() && servesOthers(message)
                ? new FinishedTurn(
                        turn,
                        run.shown().gzippedFrames(),
                        run.request().similar().question(),
                        marker,
                        counted)
                : new FinishedTurn(turn, marker, counted);
    }

    /**
     * Whether other requests may have the answer: neither if Claude itself has fallen back to another model, nor if it has a container,
     * in which two clients would continue, nor if it has thinking without a signature, which Claude accepts from no client. Nor a
     * refusal with a credit for another model, which expires after five minutes, or whose fallback was overloaded (docs.claude.com,
     * "Refusals and fallback"). Other refusals serve: the same request is mostly refused again.
     */
    private static boolean servesOthers(JsonNode message) {
        JsonNode refused = message.path("stop_details");
        return !message.hasNonNull("container")
                && !refused.hasNonNull("fallback_credit_token")
                && !refused.hasNonNull("recommended_model")
                && message.path("content")
                        .valueStream()
                        .noneMatch(block ->
                                block.path("type").stringValue("").equals("fallback") || Thinking.isUnsigned(block));
    }

    /** The model of the last answer as named by Claude, else {@code unknown}. */
    private static String modelOf(List<AttemptRecord> attempts) {
        return attempts.stream()
                .filter(AttemptRecord::modelIsNamed)
                .map(AttemptRecord::model)
                .reduce((earlier, later) -> later)
                .orElse("unknown");
    }

    /**
     * The turn of a cached answer, whose only calls are those to a judge and those that were dropped.
     *
     * @param dropped calls to Claude that were closed before its response
     */
    FinishedTurn createReplayed(RoutedRequest request, JsonNode message, List<AttemptRecord> dropped, Recorded marker) {
        TurnFacts facts = facts(request, Optional.empty(), dropped, true, Optional.empty(), Optional.empty());
        Turn turn = new Turn.ChatCompleted(facts, message);
        return new FinishedTurn(turn, marker, () -> meter.ended("unknown", facts, new Completed()));
    }

    private static StageTimings stages(
            RoutedRequest request, Optional<Instant> askedAt, Optional<Duration> toFirstToken, Instant now) {
        ChatRequested requested = request.requested();
        return new StageTimings(
                millis(Duration.between(requested.receivedAt(), requested.publishedAt())),
                millis(Duration.between(requested.publishedAt(), request.decidedAt())),
                optionalMillis(askedAt.map(asked -> Duration.between(request.decidedAt(), asked))),
                optionalMillis(toFirstToken),
                optionalMillis(askedAt.map(asked -> Duration.between(asked, now))),
                millis(Duration.between(requested.receivedAt(), now)));
    }

    private static OptionalDouble optionalMillis(Optional<Duration> duration) {
        return duration.map(known -> OptionalDouble.of(millis(known))).orElse(OptionalDouble.empty());
    }

    /**
     * The facts of a turn that ends now.
     *
     * @param allKnown whether these are all calls, except those to a judge
     * @param askedAt when Claude was asked, unless the answer is a stored one
     */
    private TurnFacts facts(
            RoutedRequest request,
            Optional<Selection> selection,
            List<AttemptRecord> calls,
            boolean allKnown,
            Optional<Instant> askedAt,
            Optional<Duration> toFirstToken) {
        Instant now = clock.instant();
        ChatRequested requested = request.requested();
        RawJson json = request(requested);
        Rates rates = Rates.of(json);
        List<Attempt> attempts = Stream.concat(
                        request.similar().judging().stream()
                                .map(call -> call.costing(
                                        cost(call, List.of(new Prompt(call.model(), call.usage())), rates))),
                        calls.stream().map(call -> {
                            Attempt attempt = call.attempt();
                            return attempt.costing(
                                    call.isFree()
                                            ? Optional.of(BigDecimal.ZERO)
                                            : cost(attempt, call.prompts(), rates));
                        }))
                .toList();
        return new TurnFacts(
                requested.generation(),
                requested.conversation(),
                requested.tenant(),
                requested.user(),
                requested.key(),
                requested.model(),
                selection,
                requested.escalates(),
                requested.fingerprint(),
                requested.cachePolicy(),
                request.verdict(),
                request.similar().check(),
                json,
                attempts.stream().map(Attempt::usage).reduce(Usage.NONE, Usage::plus),
                allKnown && request.similar().allKnown() ? Attempt.totalUsd(attempts) : Optional.empty(),
                attempts,
                stages(request, askedAt, toFirstToken, now),
                requested.receivedAt(),
                now,
                requested.traceparent());
    }

    /** The request as JSON; as a JSON string if readers of turns cannot parse it. */
    private static RawJson request(ChatRequested requested) {
        return RawJson.of(requested.request()).orElseGet(() -> RawJson.ofText(new String(requested.request(), UTF_8)));
    }

    /**
     * Unknown at premium rates, for a call whose usage does not tell it, and for one that was closed before its response: Claude bills
     * what it has received.
     *
     * @param rates of the request; a call to a judge has those of the list
     */
    private Optional<BigDecimal> cost(Attempt call, List<Prompt> prompts, Rates rates) {
        if (call.usage().equals(Usage.NONE)) {
            return call.costUsd();
        }
        boolean isUnknown = call.costUsd().isEmpty() || (call.answers() && rates == Rates.PREMIUM);
        return isUnknown ? Optional.empty() : prices.cost(prompts);
    }

    private static Turn.Failure failure(ApiError error) {
        return new Turn.Failure(error.status(), error.type(), error.message());
    }
}
