package dev.parley.contracts.price;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.contracts.event.Usage;
import java.math.BigDecimal;
import java.util.List;
import org.junit.jupiter.api.Test;

class PricesTest {
    private static final Prices PRICES = new Prices(List.of(
            new ModelPrice("claude-", dollars("1"), dollars("2"), dollars("3"), dollars("4"), 0),
            new ModelPrice("claude-x", dollars("10"), dollars("50"), dollars("12.5"), dollars("1"), 0),
            new ModelPrice("claude-long", dollars("1"), dollars("5"), dollars("1"), dollars("0.1"), 0),
            new ModelPrice("claude-long", dollars("2"), dollars("10"), dollars("2"), dollars("0.2"), 1000)));

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
        assertThat(PRICES.costAtMost("claude-long", 1000, 10)).hasValue(dollars("0.00105000"));
        assertThat(PRICES.costAtMost("claude-long", 1001, 10)).hasValue(dollars("0.00210200"));
    }

    @Test
    void theUpperBoundIsNeverBelowTheCharge() {
        assertThat(PRICES.costAtMost("claude-x", 1100, 10)).hasValue(dollars("0.01425000"));
        assertThat(PRICES.cost("claude-x", new Usage(0, 10, 1100, 0))).hasValue(dollars("0.01425000"));
        assertThat(PRICES.costAtMost("gpt", 1, 1)).isEmpty();
        assertThat(PRICES.hasPrice("claude-x")).isTrue();
        assertThat(PRICES.hasPrice("gpt")).isFalse();
    }

    private static BigDecimal dollars(String amount) {
        return new BigDecimal(amount);
    }
}
