package dev.parley.contracts.price;

import dev.parley.contracts.event.Usage;
import java.math.BigDecimal;
import java.math.RoundingMode;

/**
 * The prices of all models whose names start with {@code model}, in US dollars per million tokens.
 *
 * @param promptAbove the prices apply to prompts of more tokens; 0 for all prompts
 */
public record ModelPrice(
        String model,
        BigDecimal input,
        BigDecimal output,
        BigDecimal cacheCreation,
        BigDecimal cacheRead,
        long promptAbove) {
    private static final BigDecimal MILLION = BigDecimal.valueOf(1_000_000);

    BigDecimal cost(Usage usage) {
        return input.multiply(BigDecimal.valueOf(usage.inputTokens()))
                .add(output.multiply(BigDecimal.valueOf(usage.outputTokens())))
                .add(cacheCreation.multiply(BigDecimal.valueOf(usage.cacheCreationInputTokens())))
                .add(cacheRead.multiply(BigDecimal.valueOf(usage.cacheReadInputTokens())))
                .divide(MILLION, 8, RoundingMode.HALF_UP);
    }

    BigDecimal costAtMost(long inputTokens, long outputTokens) {
        return input.max(cacheCreation)
                .multiply(BigDecimal.valueOf(inputTokens))
                .add(output.multiply(BigDecimal.valueOf(outputTokens)))
                .divide(MILLION, 8, RoundingMode.CEILING);
    }
}
