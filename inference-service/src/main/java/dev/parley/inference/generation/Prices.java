package dev.parley.inference.generation;

import dev.parley.contracts.event.Usage;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** What Claude's tokens cost. */
public final class Prices {
    private static final BigDecimal MILLION = BigDecimal.valueOf(1_000_000);

    private final List<ModelPrice> byLongestName;

    public Prices(List<ModelPrice> prices) {
        this.byLongestName = prices.stream()
                .sorted(Comparator.comparingInt(
                                (ModelPrice price) -> price.model().length())
                        .reversed())
                .toList();
    }

    /**
     * The cost in US dollars, to a millionth of a cent.
     *
     * @return empty if no price is configured for the model
     */
    public Optional<BigDecimal> cost(String model, Usage usage) {
        return byLongestName.stream()
                .filter(price -> model.startsWith(price.model()))
                .findFirst()
                .map(price -> price.cost(usage));
    }

    /**
     * US dollars per million tokens, for all models whose name starts with {@code model}; the longest name wins.
     */
    public record ModelPrice(
            String model, BigDecimal input, BigDecimal output, BigDecimal cacheCreation, BigDecimal cacheRead) {
        BigDecimal cost(Usage usage) {
            return input.multiply(BigDecimal.valueOf(usage.inputTokens()))
                    .add(output.multiply(BigDecimal.valueOf(usage.outputTokens())))
                    .add(cacheCreation.multiply(BigDecimal.valueOf(usage.cacheCreationInputTokens())))
                    .add(cacheRead.multiply(BigDecimal.valueOf(usage.cacheReadInputTokens())))
                    .divide(MILLION, 8, RoundingMode.HALF_UP);
        }
    }
}
