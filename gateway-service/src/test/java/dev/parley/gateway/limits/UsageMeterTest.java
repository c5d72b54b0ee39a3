package dev.parley.gateway.limits;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.contracts.event.Attempt;
import dev.parley.contracts.event.CacheVerdict;
import dev.parley.contracts.event.Selection;
import dev.parley.contracts.event.Turn;
import dev.parley.contracts.event.TurnFacts;
import dev.parley.contracts.event.Usage;
import dev.parley.contracts.json.RawJson;
import dev.parley.contracts.price.ModelPrice;
import dev.parley.contracts.price.Prices;
import dev.parley.gateway.model.AliasSettings;
import dev.parley.gateway.model.ModelAliases;
import dev.parley.testing.Events;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class UsageMeterTest {
    private static final JsonMapper JSON = JsonMapper.shared();
    /** Units of 10<sup>-8</sup> dollars in a dollar per million tokens. */
    private static final long UNITS = 100;

    private final UsageMeter meter = new UsageMeter(
            new Prices(List.of(
                    price("strong", "10", "12.5", "1"),
                    price("cheap", "1", "1.25", "0.1"),
                    price("cheap", "5", "6.25", "0.5", 1000))),
            new ModelAliases(List.of(new AliasSettings("auto", "Auto", "strong", "cheap"))));

    private static ModelPrice price(String model, String input, String written, String read) {
        return price(model, input, written, read, 0);
    }

    private static ModelPrice price(String model, String input, String written, String read, long promptAbove) {
        BigDecimal dollars = new BigDecimal(input);
        return new ModelPrice(
                model, dollars, dollars, new BigDecimal(written), new BigDecimal(read), promptAbove, null);
    }

    @Test
    void countsTokensAndCost() {
        Map<UsageMetric, Long> amounts =
                amounts("strong", Optional.empty(), CacheVerdict.MISS, new Usage(100, 20, 0, 0));

        assertThat(amounts)
                .containsEntry(UsageMetric.REQUESTS, 1L)
                .containsEntry(UsageMetric.CACHED_REQUESTS, 0L)
                .containsEntry(UsageMetric.INPUT_TOKENS, 100L)
                .containsEntry(UsageMetric.OUTPUT_TOKENS, 20L)
                .containsEntry(UsageMetric.COST_USD, 120 * 10 * UNITS)
                .containsEntry(UsageMetric.SAVED_BY_PROMPT_CACHE_USD, 0L)
                .containsEntry(UsageMetric.SAVED_BY_ROUTING_USD, 0L);
    }

    @Test
    void countsWhatThePromptCacheSaves() {
        assertThat(amounts("strong", Optional.empty(), CacheVerdict.MISS, new Usage(0, 0, 0, 1000)))
                .containsEntry(UsageMetric.SAVED_BY_PROMPT_CACHE_USD, 1000 * 9 * UNITS);
        assertThat(amounts("strong", Optional.empty(), CacheVerdict.MISS, new Usage(0, 0, 1000, 0)))
                .as("a prompt that is only written costs more")
                .containsEntry(UsageMetric.SAVED_BY_PROMPT_CACHE_USD, -1000 * 25 * UNITS / 10);
    }

    @Test
    void countsWhatRoutingSaves() {
        Optional<Selection> cheaper =
                Optional.of(new Selection("cheap", "on", "cheap", "score", OptionalDouble.of(0.9)));
        Optional<Selection> stronger =
                Optional.of(new Selection("strong", "on", "strong", "code", OptionalDouble.empty()));

        assertThat(amounts("cheap", cheaper, CacheVerdict.MISS, new Usage(100, 0, 0, 0)))
                .containsEntry(UsageMetric.SAVED_BY_ROUTING_USD, 100 * 9 * UNITS);
        assertThat(amounts("strong", stronger, CacheVerdict.MISS, new Usage(100, 0, 0, 0)))
                .containsEntry(UsageMetric.SAVED_BY_ROUTING_USD, 0L);
        assertThat(amounts("cheap", stronger, CacheVerdict.MISS, new Usage(100, 0, 0, 0)))
                .as("the stronger one has failed")
                .containsEntry(UsageMetric.SAVED_BY_ROUTING_USD, 0L);
    }

    /** Two prompts of 600 tokens are no long one. */
    @Test
    void savingsAreThoseOfEachPrompt() {
        Usage each = new Usage(0, 0, 0, 600);
        Attempt call = new Attempt(1, "cheap", Instant.EPOCH, 1, "broken", 200, "req_1", each, Optional.empty());
        TurnFacts continued = Events.facts(facts -> {
            facts.model = "auto";
            facts.selection = Optional.of(new Selection("cheap", "on", "cheap", "score", OptionalDouble.of(0.9)));
            facts.usage = each.plus(each);
            facts.attempts = List.of(call, call);
        });

        assertThat(meter.of(new Turn.ChatCompleted(continued, JSON.createObjectNode()))
                        .amounts())
                .containsEntry(UsageMetric.SAVED_BY_PROMPT_CACHE_USD, 1200 * 9 * UNITS / 10)
                .containsEntry(UsageMetric.SAVED_BY_ROUTING_USD, 1200 * 9 * UNITS / 10);
    }

    /** The summary of the conversation and the answer have a prompt each. */
    @Test
    void savingsOfACompactionAreThoseOfEachPrompt() {
        JsonNode message = JSON.readTree("""
                {"usage":{"cache_read_input_tokens":600,"server_tool_use":{"web_search_requests":1},
                          "iterations":[{"type":"compaction","cache_read_input_tokens":600}]}}""");
        Usage both = new Usage(0, 0, 0, 1200, 0, 1, 0);
        Attempt call = new Attempt(1, "cheap", Instant.EPOCH, 1, "completed", 200, "req_1", both, Optional.empty());
        Turn compacted = new Turn.ChatCompleted(
                Events.facts(facts -> {
                    facts.model = "auto";
                    facts.selection =
                            Optional.of(new Selection("cheap", "on", "cheap", "score", OptionalDouble.of(0.9)));
                    facts.usage = both;
                    facts.costUsd = Optional.empty();
                    facts.attempts = List.of(call);
                }),
                message);

        assertThat(meter.of(compacted).amounts())
                .containsEntry(UsageMetric.SAVED_BY_PROMPT_CACHE_USD, 1200 * 9 * UNITS / 10)
                .containsEntry(UsageMetric.SAVED_BY_ROUTING_USD, 1200 * 9 * UNITS / 10);
        assertThat(meter.knownCost(compacted)).as("without the search").isEqualByComparingTo("0.00012");
    }

    /** A token of the model that answers costs a millionth, of the advisor ten. */
    @ParameterizedTest
    @CsvSource({"strong, 2.0006", "unheard-of, 0.0006"})
    void chargesAnAdvisorAtThePriceOfItsModel(String advisor, BigDecimal charged) {
        JsonNode message = JSON.readTree("""
                {"model":"cheap","usage":{"input_tokens":600,"iterations":[
                  {"type":"message","model":"cheap","input_tokens":600},
                  {"type":"advisor_message","model":"%s","input_tokens":200000}]}}""".formatted(advisor));
        // Code execution is counted by its blocks only.
        TurnFacts facts =
                facts("cheap", Optional.empty(), CacheVerdict.MISS, new Usage(200_600, 0, 0, 0, 0, 1, 0), "completed");

        assertThat(meter.knownCost(new Turn.ChatCompleted(facts, message))).isEqualByComparingTo(charged);
        assertThat(meter.of(new Turn.ChatCompleted(
                                facts("cheap", Optional.empty(), CacheVerdict.EXACT, Usage.NONE), message))
                        .amounts())
                .containsEntry(UsageMetric.SAVED_BY_EXACT_USD, DollarUnits.of(charged, RoundingMode.UNNECESSARY));
    }

    /** Else a budget is circumvented by cancelling each answer after the advice. */
    @Test
    void chargesWhatAnAdvisorHasReadOfAnAnswerThatIsCancelled() {
        JsonNode message = JSON.readTree("""
                {"model":"cheap","usage":{"input_tokens":500,"cache_read_input_tokens":100},"content":[
                  {"type":"server_tool_use","name":"advisor"},{"type":"advisor_tool_result"},
                  {"type":"server_tool_use","name":"web_fetch"}]}""");
        Usage usage = new Usage(500, 0, 0, 100);
        TurnFacts facts = Events.facts(cancelled -> {
            cancelled.request = RawJson.of(JSON.readTree("""
                    {"max_tokens":0,"tools":[{"name":"look"},{"type":"advisor_20260301","model":"strong"}]}"""));
            cancelled.usage = usage;
            cancelled.costUsd = Optional.empty();
            cancelled.attempts = List.of(
                    new Attempt(1, "cheap", Instant.EPOCH, 1, "cancelled", 200, "req_1", usage, Optional.empty()));
        });
        assertThat(meter.knownCost(new Turn.ChatCancelled(facts, message))).isEqualByComparingTo("0.00651");
    }

    @Test
    void aCachedAnswerSavesTheCostOfEachOfItsPrompts() {
        JsonNode message = JSON.readTree("""
                {"model":"cheap","usage":{"input_tokens":600,"iterations":[{"type":"compaction","input_tokens":600}]}}""");

        assertThat(meter.of(new Turn.ChatCompleted(
                                facts("cheap", Optional.empty(), CacheVerdict.EXACT, Usage.NONE), message))
                        .amounts())
                .containsEntry(UsageMetric.SAVED_BY_EXACT_USD, 1200 * UNITS);
    }

    /** Claude has not billed it, so that a copy of it saves nothing. */
    @ParameterizedTest
    @CsvSource({"cyber, 0", "bio, 600"})
    void aCachedRefusalSavesWhatItCost(String category, long tokens) {
        JsonNode message = JSON.readTree("""
                {"model":"cheap","content":[],"stop_reason":"refusal","stop_details":{"category":"%s"},
                 "usage":{"input_tokens":600}}""".formatted(category));

        assertThat(meter.of(new Turn.ChatCompleted(
                                facts("cheap", Optional.empty(), CacheVerdict.EXACT, Usage.NONE), message))
                        .amounts())
                .containsEntry(UsageMetric.SAVED_BY_EXACT_USD, tokens * UNITS);
    }

    @Test
    void aFreeRefusalSavesNothing() {
        JsonNode message = JSON.readTree("{\"content\":[],\"stop_reason\":\"refusal\"}");
        Optional<Selection> cheaper =
                Optional.of(new Selection("cheap", "on", "cheap", "score", OptionalDouble.of(0.9)));

        assertThat(meter.of(new Turn.ChatCompleted(
                                facts("cheap", cheaper, CacheVerdict.MISS, new Usage(100, 0, 0, 100)), message))
                        .amounts())
                .containsEntry(UsageMetric.SAVED_BY_ROUTING_USD, 0L)
                .containsEntry(UsageMetric.SAVED_BY_PROMPT_CACHE_USD, 0L);
    }

    /** The chosen model was overloaded after the beginning of its message. */
    @Test
    void countsAFallbackForTheModelThatAnswered() {
        Optional<Selection> cheaper =
                Optional.of(new Selection("cheap", "on", "cheap", "score", OptionalDouble.of(0.9)));
        JsonNode message = JSON.readTree("{\"model\":\"cheap\"}");

        RequestUsage used = meter.of(
                new Turn.ChatCompleted(facts("strong", cheaper, CacheVerdict.MISS, new Usage(100, 0, 0, 0)), message));

        assertThat(used.model()).isEqualTo("strong");
        assertThat(used.amounts()).containsEntry(UsageMetric.SAVED_BY_ROUTING_USD, 0L);
    }

    @Test
    void countsWhatACachedAnswerSaves() {
        assertThat(amounts("cheap", Optional.empty(), CacheVerdict.EXACT, Usage.NONE))
                .containsEntry(UsageMetric.CACHED_REQUESTS, 1L)
                .containsEntry(UsageMetric.COST_USD, 0L)
                .containsEntry(UsageMetric.SIMILAR_REQUESTS, 0L)
                .containsEntry(UsageMetric.SAVED_BY_EXACT_USD, 70 * UNITS)
                .containsEntry(UsageMetric.SAVED_BY_SIMILAR_USD, 0L);
    }

    @Test
    void countsWhatASimilarAnswerSaves() {
        assertThat(amounts("cheap", Optional.empty(), CacheVerdict.SIMILAR, Usage.NONE))
                .containsEntry(UsageMetric.CACHED_REQUESTS, 1L)
                .containsEntry(UsageMetric.SIMILAR_REQUESTS, 1L)
                .containsEntry(UsageMetric.SAVED_BY_EXACT_USD, 0L)
                .containsEntry(UsageMetric.SAVED_BY_SIMILAR_USD, 70 * UNITS);
    }

    @Test
    void countsARequestOfUnknownCost() {
        assertThat(amounts("priceless", Optional.empty(), CacheVerdict.MISS, new Usage(100, 20, 0, 0)))
                .containsEntry(UsageMetric.UNPRICED_REQUESTS, 1L)
                .containsEntry(UsageMetric.COST_USD, 0L);
    }

    /** Else a client could fill the ledger with invented names. */
    @Test
    void namesNoModelOfAnAnswerThatNeverBegan() {
        assertThat(meter.of(new Turn.ChatFailed(
                                facts("claude-invented", Optional.empty(), CacheVerdict.MISS, Usage.NONE),
                                JSON.readTree("{\"content\":[]}"),
                                new Turn.Failure(404, "not_found_error", "no such model")))
                        .model())
                .isEqualTo("unknown");
    }

    @Test
    void knowsTheTokensOfACallWithServerTools() {
        Usage searching = new Usage(100, 20, 0, 0, 0, 1, 0);

        assertThat(amounts("strong", Optional.empty(), CacheVerdict.MISS, searching))
                .containsEntry(UsageMetric.UNPRICED_REQUESTS, 1L)
                .containsEntry(UsageMetric.COST_USD, 0L);
        assertThat(knownCost(facts("strong", Optional.empty(), CacheVerdict.MISS, searching)))
                .as("a budget is charged for them")
                .isEqualByComparingTo("0.0012");
        assertThat(knownCost(facts("priceless", Optional.empty(), CacheVerdict.MISS, searching)))
                .isZero();
    }

    @Test
    void chargesTheInputOfACallThatWasClosedBeforeItsResponse() {
        TurnFacts facts = facts("strong", Optional.empty(), CacheVerdict.MISS, Usage.NONE, "cancelled");
        assertThat(meter.of(new Turn.ChatCancelled(facts, JSON.createObjectNode()))
                        .amounts())
                .containsEntry(UsageMetric.UNPRICED_REQUESTS, 1L);
        assertThat(knownCost(facts))
                .as("501 tokens, estimated, may have been written to the prompt cache")
                .isEqualByComparingTo("0.0062625");
        assertThat(knownCost(facts("priceless", Optional.empty(), CacheVerdict.MISS, Usage.NONE, "cancelled")))
                .isZero();
    }

    /** Else a budget is circumvented by cancelling each answer within its thinking, which nothing counts. */
    @ParameterizedTest
    @CsvSource({"2000, 20, 400", "2000, 500, 500", "900000, 20, 64000", "0, 20, 20"})
    void chargesTheOutputThatACallCanHaveGeneratedBeforeItWasCancelled(long durationMs, long estimated, long charged) {
        Usage usage = new Usage(100, estimated, 0, 0);
        TurnFacts facts = Events.facts(cancelled -> {
            cancelled.request = RawJson.of(JSON.createObjectNode().put("max_tokens", 64_000));
            cancelled.usage = usage;
            cancelled.costUsd = Optional.empty();
            cancelled.attempts = List.of(new Attempt(
                    1, "strong", Instant.EPOCH, durationMs, "cancelled", 200, "req_1", usage, Optional.empty()));
        });
        assertThat(meter.knownCost(new Turn.ChatCancelled(facts, JSON.createObjectNode())))
                .as("a token costs 10 millionths")
                .isEqualByComparingTo(BigDecimal.valueOf(100 + charged, 5));
    }

    private BigDecimal knownCost(TurnFacts facts) {
        return meter.knownCost(new Turn.ChatCompleted(facts, JSON.createObjectNode()));
    }

    /** The usage of a turn whose message reports 60 tokens in and 10 out. */
    private Map<UsageMetric, Long> amounts(
            String model, Optional<Selection> selection, CacheVerdict verdict, Usage usage) {
        JsonNode message =
                JSON.readTree("{\"model\":\"" + model + "\",\"usage\":{\"input_tokens\":60,\"output_tokens\":10}}");
        RequestUsage used = meter.of(new Turn.ChatCompleted(facts(model, selection, verdict, usage), message));
        assertThat(used.model()).isEqualTo(model);
        return used.amounts();
    }

    private static TurnFacts facts(String model, Optional<Selection> selection, CacheVerdict verdict, Usage usage) {
        return facts(model, selection, verdict, usage, "completed");
    }

    private static TurnFacts facts(
            String model, Optional<Selection> selection, CacheVerdict verdict, Usage usage, String outcome) {
        Prices prices = new Prices(List.of(price("strong", "10", "12.5", "1"), price("cheap", "1", "1.25", "0.1")));
        Optional<BigDecimal> cost = outcome.equals("cancelled") ? Optional.empty() : prices.cost(model, usage);
        List<Attempt> attempts = verdict.isStored()
                ? List.of()
                : List.of(new Attempt(1, model, Instant.EPOCH, 1, outcome, 200, "req_1", usage, cost));
        return Events.facts(facts -> {
            facts.model = selection.isPresent() ? "auto" : model;
            facts.selection = selection;
            facts.cache = verdict;
            facts.request = RawJson.of(JSON.createObjectNode());
            facts.usage = usage;
            facts.costUsd = attempts.isEmpty() ? Optional.of(BigDecimal.ZERO) : cost;
            facts.attempts = attempts;
        });
    }
}
