package dev.parley.contracts.price;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.contracts.event.Usage;
import java.math.BigDecimal;
import java.util.List;
import org.junit.jupiter.api.Test;

class PricesTest {
    private static final Prices PRICES = new Prices(List.of(
            new ModelPrice("claude-", dollars("1"), dollars("2"), dollars("3"), dollars("4"), 0, null),
            new ModelPrice("claude-x", dollars("10"), dollars("50"), dollars("12.5"), dollars("1"), 0, dollars("24")),
            new ModelPrice("claude-long", dollars("1"), dollars("5"), dollars("1"), dollars("0.1"), 0, null),
            new ModelPrice("claude-long", dollars("2"), dollars("10"), dollars("2"), dollars("0.2"), 1000, null)));

    @Test
    void theLongestMatchingPrefixApplies() {
        assertThat(PRICES.cost("claude-x-1", new Usage(1_000_000, 0, 0, 0))).hasValue(dollars("10.00000000"));
        assertThat(PRICES.cost("claude-y", new Usage(1_000_000, 0, 0, 0))).hasValue(dollars("1.00000000"));
        assertThat(PRICES.cost("gpt", new Usage(1, 1, 1, 1))).isEmpty();
    }

    @Test
    void chargesEachKindOfTokenAtItsPrice() {
        assertThat(PRICES.cost("claude-x", new Usage(100, 10, 1000, 10_000))).hasValue(dollars("0.02400000"));
    }

    @Test
    void longPromptsHaveAPriceOfTheirOwn() {
        assertThat(PRICES.cost("claude-long", new Usage(1000, 10, 0, 0))).hasValue(dollars("0.00105000"));
        assertThat(PRICES.cost("claude-long", new Usage(500, 10, 500, 1))).hasValue(dollars("0.00210020"));
        assertThat(PRICES.costAtMost("claude-long", 1000, 10, CacheLife.FIVE_MINUTES))
                .hasValue(dollars("0.00105000"));
        assertThat(PRICES.costAtMost("claude-long", 1001, 10, CacheLife.FIVE_MINUTES))
                .hasValue(dollars("0.00210200"));
    }

    @Test
    void theUpperBoundIsNeverBelowTheCharge() {
        assertThat(PRICES.costAtMost("claude-x", 1100, 10, CacheLife.FIVE_MINUTES))
                .hasValue(dollars("0.01425000"));
        assertThat(PRICES.cost("claude-x", new Usage(0, 10, 1100, 0))).hasValue(dollars("0.01425000"));
        assertThat(PRICES.costAtMost("gpt", 1, 1, CacheLife.ONE_HOUR)).isEmpty();
        assertThat(PRICES.hasPrice("claude-x")).isTrue();
        assertThat(PRICES.hasPrice("gpt")).isFalse();
    }

    @Test
    void writesToTheOneHourCacheHaveAPriceOfTheirOwn() {
        assertThat(PRICES.cost("claude-x", new Usage(0, 0, 1000, 0, 400, 0, 0)))
                .as("600 for 5 minutes, 400 for an hour")
                .hasValue(dollars("0.01710000"));
        assertThat(PRICES.cost("claude-y", new Usage(0, 0, 1000, 0, 1000, 0, 0)))
                .as("twice the price of input, where none is configured")
                .hasValue(dollars("0.00200000"));
    }

    @Test
    void theUpperBoundIncludesWritesToTheOneHourCache() {
        assertThat(PRICES.costAtMost("claude-x", 1000, 0, CacheLife.ONE_HOUR)).hasValue(dollars("0.02400000"));
        assertThat(PRICES.costAtMost("claude-long", 1000, 0, CacheLife.ONE_HOUR))
                .hasValue(dollars("0.00200000"));
        assertThat(PRICES.costAtMost("claude-y", 1000, 0, CacheLife.ONE_HOUR))
                .as("the price of 5 minutes, if that is the dearest")
                .hasValue(dollars("0.00300000"));
    }

    @Test
    void theCostOfServerToolsIsUnknown() {
        Usage searching = new Usage(100, 10, 0, 0, 0, 1, 0);
        assertThat(PRICES.cost("claude-x", searching)).isEmpty();
        assertThat(PRICES.tokenCost("claude-x", searching)).hasValue(dollars("0.00150000"));
    }

    @Test
    void theCostAtPremiumRatesIsUnknown() {
        Usage fast = new Usage(100, 10, 0, 0, 0, 0, 1);
        assertThat(PRICES.cost("claude-x", fast)).isEmpty();
        assertThat(PRICES.tokenCost("claude-x", fast)).hasValue(dollars("0.00150000"));
    }

    private static BigDecimal dollars(String amount) {
        return new BigDecimal(amount);
    }
}
