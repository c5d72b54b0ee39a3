package dev.parley.contracts.price;

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
     * The price of a call.
     *
     * @return empty if no price is configured for the model
     */
    public Optional<BigDecimal> cost(String model, Usage usage) {
        long prompt = usage.inputTokens() + usage.cacheCreationInputTokens() + usage.cacheReadInputTokens();
        return of(model, prompt).map(price -> price.cost(usage));
    }

    /**
     * The upper bound of the price of a call: all input is written to the prompt cache, and all output is used.
     *
     * @return empty if no price is configured for the model
     */
    public Optional<BigDecimal> costAtMost(String model, long inputTokens, long outputTokens) {
        return of(model, inputTokens).map(price -> price.costAtMost(inputTokens, outputTokens));
    }

    /** Whether a price is configured for the model. */
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
