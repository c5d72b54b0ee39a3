package dev.parley.contracts.price;

import dev.parley.contracts.Bounds;
import dev.parley.contracts.event.Usage;
import java.math.BigDecimal;
import java.math.RoundingMode;
import org.jspecify.annotations.Nullable;

/**
 * The prices of all models whose names start with {@code model}, in US dollars per million tokens.
 *
 * @param cacheCreation of tokens that are written to the 5-minute cache
 * @param cacheRead of tokens that are read from either cache
 * @param promptAbove the prices apply to prompts of more tokens; 0 for all prompts
 * @param oneHourCacheCreation of tokens that are written to the 1-hour cache; null for twice {@code input}
 */
public record ModelPrice(
        String model,
        BigDecimal input,
        BigDecimal output,
        BigDecimal cacheCreation,
        BigDecimal cacheRead,
        long promptAbove,
        @Nullable BigDecimal oneHourCacheCreation) {
    private static final BigDecimal MILLION = BigDecimal.valueOf(1_000_000);

    public ModelPrice {
        Bounds.notNegative("input", input);
        Bounds.notNegative("output", output);
        Bounds.notNegative("cache-creation", cacheCreation);
        Bounds.notNegative("cache-read", cacheRead);
        Bounds.atLeast("prompt-above", promptAbove, 0);
        if (oneHourCacheCreation != null) {
            Bounds.notNegative("one-hour-cache-creation", oneHourCacheCreation);
        }
    }

    BigDecimal cost(Usage usage) {
        long oneHour = usage.oneHourCacheCreationInputTokens();
        return input.multiply(BigDecimal.valueOf(usage.inputTokens()))
                .add(output.multiply(BigDecimal.valueOf(usage.outputTokens())))
                .add(cacheCreation.multiply(
                        BigDecimal.valueOf(Math.max(0, usage.cacheCreationInputTokens() - oneHour))))
                .add(ofOneHour().multiply(BigDecimal.valueOf(oneHour)))
                .add(cacheRead.multiply(BigDecimal.valueOf(usage.cacheReadInputTokens())))
                .divide(MILLION, 8, RoundingMode.HALF_UP);
    }

    BigDecimal costAtMost(long inputTokens, long outputTokens, CacheLife life) {
        BigDecimal dearest = input.max(cacheCreation);
        if (life == CacheLife.ONE_HOUR) {
            dearest = dearest.max(ofOneHour());
        }
        return dearest.multiply(BigDecimal.valueOf(inputTokens))
                .add(output.multiply(BigDecimal.valueOf(outputTokens)))
                .divide(MILLION, 8, RoundingMode.CEILING);
    }

    private BigDecimal ofOneHour() {
        return oneHourCacheCreation == null ? input.add(input) : oneHourCacheCreation;
    }
}
