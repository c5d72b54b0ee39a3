package dev.parley.contracts.price;

import dev.parley.contracts.event.Prompt;
import dev.parley.contracts.event.Usage;
import java.math.BigDecimal;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * A price list. A model is charged by the price with the longest matching prefix of its name and, among these, by the one for the
 * longest prompts that applies. All sums are US dollars with 8 decimal places.
 */
public final class Prices {
    private final List<ModelPrice> mostSpecificFirst;

    public Prices(List<ModelPrice> prices) {
        this.mostSpecificFirst = prices.stream()
                .sorted(Comparator.comparingInt(
                                (ModelPrice price) -> price.model().length())
                        .thenComparingLong(ModelPrice::promptAbove)
                        .reversed())
                .toList();
    }

    /**
     * The price of a call with one prompt; empty if the model has none, if the call used server tools, which have none, or if it
     * was billed at premium rates.
     */
    public Optional<BigDecimal> cost(String model, Usage usage) {
        return usage.serverToolRequests() == 0 && usage.premiumRequests() == 0
                ? tokenCost(model, usage)
                : Optional.empty();
    }

    /** As {@link #cost(String, Usage)}, of several prompts together. */
    public Optional<BigDecimal> cost(List<Prompt> prompts) {
        return prompts.stream()
                .map(prompt -> cost(prompt.model(), prompt.usage()))
                .reduce(Optional.of(BigDecimal.ZERO), (sum, cost) -> sum.flatMap(before -> cost.map(before::add)));
    }

    /** The price of the tokens of a call at the rates of the list, without that of its server tools; empty if the model has none. */
    public Optional<BigDecimal> tokenCost(String model, Usage usage) {
        return of(model, usage.promptTokens()).map(price -> price.cost(usage));
    }

    /** As {@link #tokenCost(String, Usage)}, of those of several prompts whose models have a price. */
    public BigDecimal knownTokenCost(List<Prompt> prompts) {
        return prompts.stream()
                .flatMap(prompt -> tokenCost(prompt.model(), prompt.usage()).stream())
                .reduce(BigDecimal.ZERO, BigDecimal::add);
    }

    /**
     * The upper bound of the price of a call at the rates of the list without server tools: all input is written to the prompt
     * cache, and all output is used.
     *
     * @param life of the prompt cache that the call may write to
     * @return empty if no price is configured for the model
     */
    public Optional<BigDecimal> costAtMost(String model, long inputTokens, long outputTokens, CacheLife life) {
        return of(model, inputTokens).map(price -> price.costAtMost(inputTokens, outputTokens, life));
    }

    public boolean hasPrice(String model) {
        return of(model, 0).isPresent();
    }

    private Optional<ModelPrice> of(String model, long promptTokens) {
        return mostSpecificFirst.stream()
                .filter(price -> model.startsWith(price.model()))
                .filter(price -> price.promptAbove() == 0 || promptTokens > price.promptAbove())
                .findFirst();
    }
}
