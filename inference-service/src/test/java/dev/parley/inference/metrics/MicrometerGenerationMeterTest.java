package dev.parley.inference.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.contracts.event.Attempt;
import dev.parley.contracts.event.CacheVerdict;
import dev.parley.contracts.event.Selection;
import dev.parley.contracts.event.TurnFacts;
import dev.parley.contracts.event.Usage;
import dev.parley.inference.generation.calls.Ending;
import dev.parley.inference.generation.models.KnownModels;
import dev.parley.messages.ApiError;
import dev.parley.testing.Events;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;

class MicrometerGenerationMeterTest {
    private static final TurnFacts FACTS = Events.facts(facts -> {
        facts.model = "claude-a";
        facts.attempts = List.of(call("claude-a", new Usage(10, 20, 0, 0), "0.00033"));
        facts.costUsd = Optional.of(new BigDecimal("0.00033"));
    });

    private static Attempt call(String model, Usage usage, String cost) {
        return new Attempt(
                1, model, Instant.EPOCH, 5, "completed", 200, "req_1", usage, Optional.of(new BigDecimal(cost)));
    }

    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final MicrometerGenerationMeter meter =
            new MicrometerGenerationMeter(registry, new KnownModels(List.of("claude-a")));

    /** The rate of a series that begins with its first increase does not include that. */
    @Test
    void theFirstDollarIncreasesACounterThatIsThere() {
        for (String name : List.of("parley.inference.cost.usd", "parley.inference.cost.unknown")) {
            assertThat(registry.get(name).counters())
                    .extracting(counter -> counter.getId().getTag("gen_ai.response.model"))
                    .containsExactlyInAnyOrder("claude-a", KnownModels.OTHER);
        }
        assertThat(count("parley.similar.judge.cost.usd")).isZero();
        int counters = counters();
        meter.ended("claude-a-20251001", FACTS, new Ending.Completed());
        meter.ended("unknown", FACTS, new Ending.Completed());
        assertThat(count("parley.inference.cost.usd")).isEqualTo(0.00066);
        assertThat(counters()).isEqualTo(counters);
    }

    private int counters() {
        return (int)
                registry.getMeters().stream().filter(Counter.class::isInstance).count();
    }

    @Test
    void usesTheNameOfAKnownModelWithoutItsDate() {
        meter.ended("claude-a-20251001", FACTS, new Ending.Completed());
        assertThat(registry.get("gen_ai.client.operation.duration")
                        .tag("gen_ai.response.model", "claude-a")
                        .timer()
                        .count())
                .isEqualTo(1);
    }

    @Test
    void countsRefusalsOfTheOperatorsKey() {
        assertThat(credentialsRefused("401")).isZero();
        meter.ended("unknown", facts(401), new Ending.Refused(401, "", ApiError.of(502, "no"), false));
        meter.ended("unknown", facts(429), new Ending.Refused(429, "", ApiError.of(429, "no"), false));
        assertThat(credentialsRefused("401")).isEqualTo(1);
        assertThat(credentialsRefused("403")).isZero();
    }

    private double credentialsRefused(String status) {
        return registry.get("parley.claude.credentials.refused")
                .tag("status", status)
                .counter()
                .count();
    }

    @Test
    void countsRejectionsOnly() {
        assertThat(count("parley.inference.generations.rejected")).isZero();
        Ending.Refused full = new Ending.Refused(0, "1", ApiError.of(529, "full"), true);
        meter.ended("unknown", facts("claude-a"), full);
        meter.ended("unknown", facts(529), full);
        meter.ended("unknown", facts("claude-a"), new Ending.Cancelled());
        assertThat(count("parley.inference.generations.rejected")).isEqualTo(1);
    }

    @Test
    void countsRefusalsOfAKeyThatHasItsShareApart() {
        assertThat(count("parley.share.refusals")).isZero();
        Ending.Refused share = new Ending.Refused(0, "1", ApiError.of(429, "share"), true);
        meter.ended("unknown", facts("claude-a"), share);
        meter.ended("unknown", facts(429), share);
        meter.ended("unknown", facts("claude-a"), new Ending.Refused(0, "1", ApiError.of(529, "full"), true));
        assertThat(count("parley.share.refusals"))
                .as("neither by Claude nor when all places are taken")
                .isEqualTo(1);
        assertThat(count("parley.inference.generations.rejected")).isEqualTo(1);
    }

    @Test
    void countsAnswersThatNeededAFallback() {
        assertThat(count("parley.inference.fallbacks")).isZero();
        Attempt first = call("claude-a", Usage.NONE, "0");
        meter.ended("claude-a", facts("claude-a", first, first), new Ending.Completed());
        Attempt named = call("claude-a-20251001", Usage.NONE, "0");
        meter.ended(named.model(), facts("claude-a", first, named), new Ending.Completed());
        assertThat(count("parley.inference.fallbacks"))
                .as("a refused call has the name in the request, an answered one that of Claude")
                .isZero();
        meter.ended("claude-b", facts("claude-a", first, call("claude-b", Usage.NONE, "0")), new Ending.Completed());
        assertThat(count("parley.inference.fallbacks")).isEqualTo(1);
    }

    private double count(String name) {
        return registry.get(name).counters().stream()
                .mapToDouble(Counter::count)
                .sum();
    }

    private static TurnFacts facts(String model, Attempt... attempts) {
        return facts(model, Optional.empty(), attempts);
    }

    private static TurnFacts facts(int status) {
        Attempt attempt = new Attempt(
                1, "claude-a", Instant.EPOCH, 5, "refused", status, "req_1", Usage.NONE, Optional.of(BigDecimal.ZERO));
        return facts(FACTS.model(), Optional.empty(), attempt);
    }

    private static TurnFacts facts(String model, Optional<Selection> selection, Attempt... attempts) {
        return Events.facts(facts -> {
            facts.model = model;
            facts.selection = selection;
            facts.usage = Usage.NONE;
            facts.costUsd = Optional.of(BigDecimal.ZERO);
            facts.attempts = List.of(attempts);
        });
    }

    @Test
    void countsTheChoicesOfTheRouter() {
        Selection shadow = new Selection("claude-a", "shadow", "claude-b", "score", OptionalDouble.of(0.9));
        Attempt attempt = new Attempt(
                1, "claude-a", Instant.EPOCH, 5, "completed", 200, "req_1", Usage.NONE, Optional.of(BigDecimal.ZERO));
        meter.ended("claude-a", facts("auto", Optional.of(shadow), attempt), new Ending.Completed());
        assertThat(registry.get("parley.inference.selections")
                        .tags("alias", "auto", "mode", "shadow", "advised", "claude-b", "reason", "score")
                        .counter()
                        .count())
                .isEqualTo(1);
    }

    @Test
    void countsTheCostOfAJudgeApart() {
        Attempt judging = call("cheap", new Usage(900, 1, 0, 0), "0.5").judging();
        meter.ended("claude-a", facts("claude-a", Optional.empty(), judging), new Ending.Completed());

        assertThat(count("parley.similar.judge.cost.usd")).isEqualTo(0.5);
        assertThat(count("parley.inference.cost.usd")).isZero();
        assertThat(count("parley.inference.attempts")).isZero();
        assertThat(tokens("input")).isZero();
    }

    @Test
    void inputTokensIncludeThoseOfClaudesPromptCache() {
        Attempt cached = call("claude-a", new Usage(4, 9, 2000, 50000), "0.01");
        meter.ended("claude-a", facts("claude-a", cached), new Ending.Completed());
        assertThat(tokens("input")).isEqualTo(52_004);
        assertThat(tokens("output")).isEqualTo(9);
    }

    private double tokens(String type) {
        return registry.get("gen_ai.client.token.usage")
                .tag("gen_ai.token.type", type)
                .summary()
                .totalAmount();
    }

    /** A judge has permitted the answer to a similar question first. */
    @Test
    void countsTheDroppedCallOfAStoredAnswer() {
        Attempt dropped =
                new Attempt(1, "claude-a", Instant.EPOCH, 5, "cancelled", 0, "", Usage.NONE, Optional.empty());
        meter.ended("unknown", stored(dropped), new Ending.Completed());
        meter.ended(
                "unknown", stored(call("cheap", new Usage(900, 1, 0, 0), "0.5").judging()), new Ending.Completed());

        assertThat(registry.get("parley.inference.attempts")
                        .tag("outcome", "cancelled")
                        .counter()
                        .count())
                .isEqualTo(1);
        assertThat(count("parley.inference.cost.unknown")).isEqualTo(1);
        assertThat(count("parley.inference.cost.usd")).isZero();
    }

    private static TurnFacts stored(Attempt attempt) {
        return Events.facts(facts -> {
            facts.cache = CacheVerdict.SIMILAR;
            facts.usage = attempt.usage();
            facts.costUsd = attempt.costUsd();
            facts.attempts = List.of(attempt);
        });
    }

    /** A reader of a shared answer begins at another time than the call. */
    @Test
    void measuresTheFirstTokenOfClaudeOnly() {
        meter.ended("claude-a", FACTS, new Ending.Completed());
        meter.ended(
                "unknown",
                Events.facts(facts -> {
                    facts.cache = CacheVerdict.SHARED;
                    facts.attempts = List.of();
                }),
                new Ending.Completed());
        assertThat(registry.get("gen_ai.client.operation.time_to_first_chunk").timers())
                .singleElement()
                .satisfies(timer -> {
                    assertThat(timer.getId().getTag("gen_ai.response.model")).isEqualTo("claude-a");
                    assertThat(timer.count()).isEqualTo(1);
                });
    }

    @Test
    void usesOneNameForAllUnknownModels() {
        meter.ended("claude-invented", FACTS, new Ending.Completed());
        int meters = registry.getMeters().size();
        for (int i = 0; i < 150; i++) {
            meter.ended("claude-invented-" + i, FACTS, new Ending.Completed());
        }
        assertThat(registry.getMeters()).hasSize(meters);
        assertThat(registry.get("parley.inference.cost.usd")
                        .tag("gen_ai.response.model", KnownModels.OTHER)
                        .counter()
                        .count())
                .isGreaterThan(0);
    }
}
