package dev.parley.contracts.price;

import dev.parley.contracts.event.Usage;
import java.math.BigDecimal;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** A list of prices, of which that with the longest fitting name counts. All sums are US dollars, to a millionth of a cent. */
public final class Prices {
    private final List<ModelPrice> byLongestName;

    public Prices(List<ModelPrice> prices) {
        this.byLongestName = prices.stream()
                .sorted(Comparator.comparingInt(
                                (ModelPrice price) -> price.model().length())
                        .reversed())
                .toList();
    }

    /**
     * What Claude charges.
     *
     * @return empty if no price is configured for the model
     */
    public Optional<BigDecimal> cost(String model, Usage usage) {
        return of(model).map(price -> price.cost(usage));
    }

    /**
     * The most that one call may cost: all of the input written to the prompt cache, and all of the output used.
     *
     * @return empty if no price is configured for the model
     */
    public Optional<BigDecimal> costAtMost(String model, long inputTokens, long outputTokens) {
        return of(model).map(price -> price.costAtMost(inputTokens, outputTokens));
    }

    /** Whether a price is configured for the model. */
    public boolean knows(String model) {
        return of(model).isPresent();
    }

    private Optional<ModelPrice> of(String model) {
        return byLongestName.stream()
                .filter(price -> model.startsWith(price.model()))
                .findFirst();
    }
}
