package dev.parley.gateway.limits;

import dev.parley.contracts.event.Attempt;
import dev.parley.contracts.event.CacheVerdict;
import dev.parley.contracts.event.Turn;
import dev.parley.contracts.event.TurnCodec;
import dev.parley.contracts.event.TurnFacts;
import dev.parley.contracts.event.Usage;
import dev.parley.contracts.price.CacheLife;
import dev.parley.contracts.price.Prices;
import dev.parley.contracts.price.RefusalBilling;
import dev.parley.gateway.model.ModelAliases;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;

/** Calculates what a turn has used and saved, by the price list. */
public final class UsageMeter {
    /** Of a turn without an answer: the model of the request is any text, and a ledger keeps one entry for each model. */
    private static final String UNKNOWN = "unknown";

    private static final String COMPLETED = "completed";

    /** Above the speed of all models of Claude, except in fast mode, which keys with a budget may not use. */
    private static final int OUTPUT_TOKENS_PER_SECOND_MAX = 200;

    private final Prices prices;
    private final ModelAliases aliases;

    public UsageMeter(Prices prices, ModelAliases aliases) {
        this.prices = prices;
        this.aliases = aliases;
    }

    public RequestUsage of(Turn turn) {
        TurnFacts facts = turn.facts();
        Usage usage = facts.usage();
        String model = model(turn);
        boolean cached = facts.cache().isStored() || facts.cache() == CacheVerdict.SHARED;
        Map<UsageMetric, Long> amounts = new EnumMap<>(UsageMetric.class);
        amounts.put(UsageMetric.REQUESTS, 1L);
        amounts.put(UsageMetric.CACHED_REQUESTS, cached ? 1L : 0L);
        boolean similar = facts.cache() == CacheVerdict.SIMILAR;
        amounts.put(UsageMetric.SIMILAR_REQUESTS, similar ? 1L : 0L);
        amounts.put(UsageMetric.INPUT_TOKENS, usage.inputTokens());
        amounts.put(UsageMetric.OUTPUT_TOKENS, usage.outputTokens());
        amounts.put(UsageMetric.CACHE_CREATION_INPUT_TOKENS, usage.cacheCreationInputTokens());
        amounts.put(UsageMetric.CACHE_READ_INPUT_TOKENS, usage.cacheReadInputTokens());
        amounts.put(UsageMetric.UNPRICED_REQUESTS, facts.costUsd().isEmpty() ? 1L : 0L);
        amounts.put(UsageMetric.COST_USD, units(facts.costUsd().orElse(BigDecimal.ZERO)));
        boolean free = RefusalBilling.of(turn.message()) == RefusalBilling.FREE;
        boolean copied = facts.cache().isStored() || (cached && facts.attempts().isEmpty());
        long saved =
                copied && !free ? cost(model, Usage.ofPrompts(turn.message().path("usage"))) : 0L;
        amounts.put(UsageMetric.SAVED_BY_EXACT_USD, similar ? 0L : saved);
        amounts.put(UsageMetric.SAVED_BY_SIMILAR_USD, similar ? saved : 0L);
        amounts.put(UsageMetric.SAVED_BY_ROUTING_USD, free ? 0L : savedByRouting(turn, model));
        amounts.put(UsageMetric.SAVED_BY_PROMPT_CACHE_USD, free ? 0L : savedByPromptCache(turn));
        return new RequestUsage(model, amounts);
    }

    /** The model that answered last. The message of an answer that fell back and then did not end names the one before. */
    private static String model(Turn turn) {
        return answering(turn.facts())
                .filter(call -> !call.usage().equals(Usage.NONE))
                .reduce((_, last) -> last)
                .map(Attempt::model)
                .orElseGet(() -> turn.message().path("model").stringValue(UNKNOWN));
    }

    /**
     * The cost of a turn in US dollars, as far as it is known: of a call with server tools, or at premium rates, that of its tokens
     * at the rates of the price list. A call that was closed before its response counts with its estimated input: there was no output.
     * One that ended later, but before Claude reported its output, counts with what Claude can have generated until then, up to
     * {@code max_tokens}: of thinking, at most a summary is shown.
     */
    public BigDecimal knownCost(Turn turn) {
        return turn.facts()
                .costUsd()
                .orElseGet(() -> turn.facts().attempts().stream()
                        .flatMap(call -> call.costUsd().or(() -> knownCost(turn, call)).stream())
                        .reduce(BigDecimal.ZERO, BigDecimal::add));
    }

    private Optional<BigDecimal> knownCost(Turn turn, Attempt call) {
        if (!call.answers()) {
            return prices.tokenCost(call.model(), prompts(turn, call));
        }
        byte[] bytes = turn.facts().request().bytes();
        JsonNode request = TurnCodec.MAPPER.readTree(bytes);
        if (!call.usage().equals(Usage.NONE)) {
            List<Usage> prompts = new ArrayList<>(prompts(turn, call));
            prompts.set(0, prompts.getFirst().atLeast(unreportedOutputAtMost(call, request), 0));
            return prices.tokenCost(call.model(), prompts);
        }
        return prices.costAtMost(
                call.model(), InputEstimate.usualTokens(bytes.length, request), 0, CacheLife.of(request));
    }

    private static long unreportedOutputAtMost(Attempt call, JsonNode request) {
        if (call.outcome().equals(COMPLETED)) {
            return 0;
        }
        long generated = (long) Math.ceil(call.durationMs() / 1000 * OUTPUT_TOKENS_PER_SECOND_MAX);
        return Math.min(generated, request.path("max_tokens").longValue(0));
    }

    private long savedByPromptCache(Turn turn) {
        return answering(turn.facts())
                .mapToLong(call -> {
                    List<Usage> prompts = prompts(turn, call);
                    List<Usage> uncached =
                            prompts.stream().map(UsageMeter::withoutPromptCache).toList();
                    return cost(call.model(), uncached) - cost(call.model(), prompts);
                })
                .sum();
    }

    /** Against the stronger model of the alias, with the same tokens. */
    private long savedByRouting(Turn turn, String model) {
        String strongest = aliases.strongest(turn.facts().model());
        boolean routed = turn.facts().selection().isPresent() && !model.startsWith(strongest);
        return routed
                ? answering(turn.facts())
                        .mapToLong(call -> {
                            List<Usage> prompts = prompts(turn, call);
                            return Math.max(0, cost(strongest, prompts) - cost(call.model(), prompts));
                        })
                        .sum()
                : 0;
    }

    private static Stream<Attempt> answering(TurnFacts facts) {
        return facts.attempts().stream().filter(Attempt::answers);
    }

    /**
     * The prompts of a call, each of which has a price by its own length. A call has their sum; the message has them if it is of this
     * call alone.
     */
    private static List<Usage> prompts(Turn turn, Attempt call) {
        List<Usage> prompts = Usage.ofPrompts(turn.message().path("usage"));
        return prompts.stream().reduce(Usage.NONE, Usage::plus).equals(call.usage()) ? prompts : List.of(call.usage());
    }

    /** The cost of the tokens; zero for a model without a price. */
    private long cost(String model, List<Usage> prompts) {
        return units(prices.tokenCost(model, prompts).orElse(BigDecimal.ZERO));
    }

    private static long units(BigDecimal dollars) {
        return DollarUnits.of(dollars, RoundingMode.CEILING);
    }

    private static Usage withoutPromptCache(Usage usage) {
        return new Usage(usage.promptTokens(), usage.outputTokens(), 0, 0);
    }
}
