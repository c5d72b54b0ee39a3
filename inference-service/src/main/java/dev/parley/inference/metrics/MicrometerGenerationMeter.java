package dev.parley.inference.metrics;

import dev.parley.contracts.event.Attempt;
import dev.parley.contracts.event.CacheVerdict;
import dev.parley.contracts.event.Selection;
import dev.parley.contracts.event.StageTimings;
import dev.parley.contracts.event.TurnFacts;
import dev.parley.inference.generation.GenerationMeter;
import dev.parley.inference.generation.calls.Ending;
import dev.parley.inference.generation.models.KnownModels;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.Meter.MeterProvider;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.List;

/**
 * Measures generations under the names of OpenTelemetry's GenAI conventions ({@code gen_ai.client.*}: this service is
 * Claude's client), and the stages before them as {@code parley.stage}. Only known models are named, because Claude may repeat
 * a name that a client has invented.
 */
public final class MicrometerGenerationMeter implements GenerationMeter {
    private static final List<String> CREDENTIAL_STATUSES = List.of("401", "403");
    private static final List<String> OUTCOMES = List.of("completed", "refused", "broken", "cancelled", "interrupted");
    private static final int OVERLOADED = 529;

    /** Of a request without a call, the status of a key that has its share, while others have places. */
    private static final int SHARE_USED = 429;

    private final MeterRegistry registry;
    private final KnownModels models;
    private final MeterProvider<Counter> attempts;
    private final MeterProvider<Counter> costs;
    private final MeterProvider<Counter> unknownCosts;
    private final MeterProvider<Counter> credentialsRefused;
    private final Counter rejected;
    private final Counter shareRefusals;
    private final Counter fallbacks;
    private final Counter judgeCost;

    public MicrometerGenerationMeter(MeterRegistry registry, KnownModels models) {
        this.registry = registry;
        this.models = models;
        this.attempts = Counter.builder("parley.inference.attempts")
                .description("Calls to Claude, those that a circuit breaker refused included")
                .withRegistry(registry);
        this.costs = Counter.builder("parley.inference.cost.usd")
                .description("What Claude charges, in US dollars")
                .withRegistry(registry);
        this.unknownCosts = Counter.builder("parley.inference.cost.unknown")
                .description("Answers whose cost is not known")
                .withRegistry(registry);
        this.credentialsRefused = Counter.builder("parley.claude.credentials.refused")
                .description("Calls that Claude refused because of the operator's key")
                .withRegistry(registry);
        // From the start, so that alerts and dashboards see the first increase.
        CREDENTIAL_STATUSES.forEach(status -> credentialsRefused.withTag("status", status));
        OUTCOMES.forEach(outcome -> attempts.withTag("outcome", outcome));
        models.names().stream().map(MicrometerGenerationMeter::tags).forEach(tags -> {
            costs.withTags(tags);
            unknownCosts.withTags(tags);
        });
        this.rejected = Counter.builder("parley.inference.generations.rejected")
                .description(
                        "Requests that were answered with 529, because the places or the heap for generations were taken")
                .register(registry);
        this.shareRefusals = Counter.builder("parley.share.refusals")
                .description("Requests that were refused because their key has its share")
                .register(registry);
        this.fallbacks = Counter.builder("parley.inference.fallbacks")
                .description("Answers for which more than one model was called, because the first one failed")
                .register(registry);
        this.judgeCost = Counter.builder("parley.similar.judge.cost.usd")
                .description("What calls to the judge of similar questions cost, in US dollars")
                .register(registry);
    }

    /** By one of the known names. */
    private static Tags tags(String model) {
        return Tags.of(
                "gen_ai.operation.name", "chat",
                "gen_ai.provider.name", "anthropic",
                "gen_ai.response.model", model);
    }

    @Override
    public void ended(String model, TurnFacts facts, Ending ending) {
        StageTimings timings = facts.timings();
        facts.selection().ifPresent(selection -> selected(facts.model(), selection));
        stage("session", timings.sessionMs());
        stage("cache", timings.cacheMs());
        facts.attempts().stream()
                .filter(attempt -> !attempt.answers())
                .flatMap(attempt -> attempt.costUsd().stream())
                .forEach(cost -> judgeCost.increment(cost.doubleValue()));
        // A stored answer may have been preferred to a call that had begun.
        if (!facts.cache().isStored() || facts.attempts().stream().anyMatch(Attempt::answers)) {
            timings.queueMs().ifPresent(millis -> stage("queue", millis));
            calls(model, facts, ending);
        }
    }

    private void stage(String stage, double millis) {
        record("parley.stage", "Time of a request before the call to Claude", Tags.of("stage", stage), millis);
    }

    /** Only configured aliases have a selection. */
    private void selected(String alias, Selection selection) {
        Tags tags = Tags.of(
                "alias", alias,
                "mode", selection.mode(),
                "advised", selection.advised(),
                "reason", selection.reason());
        Counter.builder("parley.inference.selections")
                .description("Requests for aliases, by the advised model and the reason")
                .tags(tags)
                .register(registry)
                .increment();
    }

    private void calls(String model, TurnFacts facts, Ending ending) {
        StageTimings timings = facts.timings();
        Tags tags = tags(models.nameOf(model));
        Tags duration = tags.and("error.type", errorType(ending));
        timings.claudeMs()
                .ifPresent(millis -> record(
                        "gen_ai.client.operation.duration", "Calls to Claude, of one generation", duration, millis));
        // That of a shared answer begins when it joins the stream of another one.
        timings.claudeFirstTokenMs().stream()
                .filter(_ -> facts.cache() != CacheVerdict.SHARED)
                .forEach(millis -> record(
                        "gen_ai.client.operation.time_to_first_chunk", "Claude's time to first token", tags, millis));
        // The conventions count those of the prompt cache too.
        tokens(tags.and("gen_ai.token.type", "input"), facts.answerUsage().promptTokens());
        tokens(tags.and("gen_ai.token.type", "output"), facts.answerUsage().outputTokens());
        List<Attempt> answering =
                facts.attempts().stream().filter(Attempt::answers).toList();
        answering.forEach(
                attempt -> attempts.withTag("outcome", attempt.outcome()).increment());
        if (answering.isEmpty() && ending instanceof Ending.Refused refused) {
            switch (refused.error().status()) {
                case OVERLOADED -> rejected.increment();
                case SHARE_USED -> shareRefusals.increment();
                default -> {
                    // Not for lack of places.
                }
            }
        }
        if (answering.stream()
                        .map(Attempt::model)
                        .map(models::nameOf)
                        .distinct()
                        .count()
                > 1) {
            fallbacks.increment();
        }
        answering.stream()
                .map(attempt -> Integer.toString(attempt.status()))
                .filter(CREDENTIAL_STATUSES::contains)
                .forEach(status -> credentialsRefused.withTag("status", status).increment());
        Attempt.totalUsd(answering)
                .ifPresentOrElse(
                        cost -> costs.withTags(tags).increment(cost.doubleValue()),
                        () -> unknownCosts.withTags(tags).increment());
    }

    private static String errorType(Ending ending) {
        return switch (ending) {
            case Ending.Completed _ -> "";
            case Ending.Refused refused -> refused.error().type();
            case Ending.Broken broken -> broken.error().type();
            case Ending.Cancelled _ -> "cancelled";
        };
    }

    private void record(String name, String description, Tags tags, double millis) {
        Timer.builder(name)
                .description(description)
                .tags(tags)
                .publishPercentileHistogram()
                .minimumExpectedValue(Duration.ofMillis(1))
                .maximumExpectedValue(Duration.ofMinutes(2))
                .register(registry)
                .record(Duration.ofNanos((long) (millis * 1_000_000)));
    }

    private void tokens(Tags tags, long count) {
        DistributionSummary.builder("gen_ai.client.token.usage")
                .description("Tokens that Claude billed")
                .tags(tags)
                .baseUnit("tokens")
                .register(registry)
                .record((double) count);
    }
}
