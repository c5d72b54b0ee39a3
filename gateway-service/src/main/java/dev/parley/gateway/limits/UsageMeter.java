package dev.parley.gateway.limits;

import dev.parley.contracts.event.Attempt;
import dev.parley.contracts.event.CacheVerdict;
import dev.parley.contracts.event.Prompt;
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
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;

/** Calculates what a turn has used and saved, by the price list. */
public final class UsageMeter {
    /** Of a turn without an answer: the model of the request is any text, and a ledger keeps one entry for each model. */
    private static final String UNKNOWN = "unknown";

    private static final String COMPLETED = "completed";
    private static final String ADVISOR = "advisor";

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
        long saved = copied && !free ? cost(Prompt.of(model, turn.message().path("usage"))) : 0L;
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
     * {@code max_tokens}: of thinking, at most a summary is shown. An advisor of such a call counts with what it has read.
     */
    public BigDecimal knownCost(Turn turn) {
        return turn.facts()
                .costUsd()
                .orElseGet(() -> turn.facts().attempts().stream()
                        .map(call -> call.costUsd().orElseGet(() -> knownCost(turn, call)))
                        .reduce(unreportedAdvice(turn), BigDecimal::add));
    }

    private BigDecimal knownCost(Turn turn, Attempt call) {
        List<Prompt> prompts = new ArrayList<>(prompts(turn, call));
        if (!call.answers()) {
            return prices.knownTokenCost(prompts);
        }
        byte[] bytes = turn.facts().request().bytes();
        JsonNode request = TurnCodec.MAPPER.readTree(bytes);
        if (!call.usage().equals(Usage.NONE)) {
            Prompt first = prompts.getFirst();
            Usage atMost = first.usage().atLeast(unreportedOutputAtMost(call, request), 0);
            prompts.set(0, new Prompt(first.model(), atMost));
            return prices.knownTokenCost(prompts);
        }
        return prices.costAtMost(
                        call.model(), InputEstimate.usualTokens(bytes.length, request), 0, CacheLife.of(request))
                .orElse(BigDecimal.ZERO);
    }

    /** Of advisors whose tokens Claude has not reported: they have read the prompt, at the price of their model. */
    private BigDecimal unreportedAdvice(Turn turn) {
        JsonNode usage = turn.message().path("usage");
        long advices = turn.message()
                .path("content")
                .valueStream()
                .filter(UsageMeter::isAdvice)
                .count();
        if (advices == 0 || !usage.path("iterations").isEmpty()) {
            return BigDecimal.ZERO;
        }
        Usage read = new Usage(Usage.of(usage).promptTokens(), 0, 0, 0);
        JsonNode request = TurnCodec.MAPPER.readTree(turn.facts().request().bytes());
        return request.path("tools")
                .valueStream()
                .filter(tool -> tool.path("type").stringValue("").startsWith(ADVISOR))
                .map(tool -> new Prompt(tool.path("model").stringValue(""), read))
                .map(prompt -> prices.knownTokenCost(List.of(prompt)).multiply(BigDecimal.valueOf(advices)))
                .reduce(BigDecimal.ZERO, BigDecimal::max);
    }

    private static boolean isAdvice(JsonNode block) {
        return block.path("type").stringValue("").equals("server_tool_use")
                && block.path("name").stringValue("").equals(ADVISOR);
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
                    List<Prompt> prompts = prompts(turn, call);
                    List<Prompt> uncached =
                            prompts.stream().map(UsageMeter::withoutPromptCache).toList();
                    return cost(uncached) - cost(prompts);
                })
                .sum();
    }

    /** Against the stronger model of the alias, with the same tokens. Nothing if that was chosen, and has failed. */
    private long savedByRouting(Turn turn, String model) {
        String strongest = aliases.strongest(turn.facts().model());
        boolean routed = turn.facts()
                        .selection()
                        .filter(selection -> !selection.model().equals(strongest))
                        .isPresent()
                && !model.startsWith(strongest);
        return routed
                ? answering(turn.facts())
                        .mapToLong(call -> {
                            List<Prompt> prompts = prompts(turn, call);
                            List<Prompt> unrouted = prompts.stream()
                                    .map(prompt -> new Prompt(strongest, prompt.usage()))
                                    .toList();
                            return Math.max(0, cost(unrouted) - cost(prompts));
                        })
                        .sum()
                : 0;
    }

    private static Stream<Attempt> answering(TurnFacts facts) {
        return facts.attempts().stream().filter(Attempt::answers);
    }

    /**
     * The prompts of a call. A call has their sum; the message has them if it is of this call alone, and does not count the uses of
     * all server tools.
     */
    private static List<Prompt> prompts(Turn turn, Attempt call) {
        List<Prompt> prompts = Prompt.of(call.model(), turn.message().path("usage"));
        Usage total = Prompt.total(prompts).atLeast(0, call.usage().serverToolRequests());
        return total.equals(call.usage()) ? prompts : List.of(new Prompt(call.model(), call.usage()));
    }

    /** The cost of the tokens; zero for a model without a price. */
    private long cost(List<Prompt> prompts) {
        return units(prices.knownTokenCost(prompts));
    }

    private static long units(BigDecimal dollars) {
        return DollarUnits.of(dollars, RoundingMode.CEILING);
    }

    private static Prompt withoutPromptCache(Prompt prompt) {
        Usage usage = prompt.usage();
        return new Prompt(prompt.model(), new Usage(usage.promptTokens(), usage.outputTokens(), 0, 0));
    }
}
