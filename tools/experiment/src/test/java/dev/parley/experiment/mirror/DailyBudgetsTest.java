package dev.parley.experiment.mirror;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.contracts.id.KeyId;
import dev.parley.experiment.Examples;
import dev.parley.experiment.trial.Budget;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class DailyBudgetsTest {
    private static final KeyId KEY = Examples.key(1);
    private static final BigDecimal ONE = BigDecimal.ONE;
    private static final BigDecimal TWO = BigDecimal.TWO;

    private final DailyBudgets budgets = new DailyBudgets(Map.of(KEY, ONE), Examples.NOW);

    @Test
    void eachKeyHasItsOwn() {
        assertThat(budgets.reserve(KEY, Examples.NOW, TWO, ONE)).isPresent();
        assertThat(budgets.reserve(KEY, Examples.NOW, TWO, ONE)).isEmpty();
        assertThat(budgets.reserve(Examples.key(2), Examples.NOW, TWO, TWO)).isPresent();
    }

    @Test
    void aRaisedBudgetIsAvailableAtOnce() {
        assertThat(budgets.reserve(KEY, Examples.NOW, ONE, ONE)).isEmpty();
        assertThat(budgets.reserve(KEY, Examples.NOW, TWO, ONE)).isPresent();
    }

    @Test
    void whatIsLeftIsTheLimitWithoutWhatIsSpent() {
        assertThat(budgets.left(KEY, Examples.NOW, TWO)).isEqualByComparingTo(ONE);
        assertThat(budgets.left(KEY, Examples.NOW, new BigDecimal("0.5"))).isZero();
        assertThat(budgets.left(Examples.key(2), Examples.NOW, TWO)).isEqualTo(TWO);
        assertThat(budgets.left(KEY, Examples.NOW.plus(Duration.ofDays(1)), TWO))
                .isEqualTo(TWO);
    }

    @Test
    void theNextDayBeginsAnew() {
        Budget today = budgets.reserve(KEY, Examples.NOW, TWO, ONE).orElseThrow();

        assertThat(budgets.reserve(KEY, Examples.NOW.plus(Duration.ofDays(1)), TWO, TWO))
                .isPresent();

        // A trial that ends after midnight counts on the day of its start.
        today.settle(Optional.of(ONE), ONE);
        assertThat(budgets.spent(Examples.NOW.plus(Duration.ofDays(1)))).isZero();
    }
}
