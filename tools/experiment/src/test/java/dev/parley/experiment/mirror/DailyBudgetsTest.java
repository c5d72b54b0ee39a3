package dev.parley.experiment.mirror;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.contracts.id.KeyId;
import dev.parley.experiment.ExampleTrials;
import dev.parley.experiment.trial.Budget;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class DailyBudgetsTest {
    private static final KeyId KEY = ExampleTrials.key(1);
    private static final BigDecimal ONE = BigDecimal.ONE;
    private static final BigDecimal TWO = BigDecimal.TWO;

    private final DailyBudgets budgets = new DailyBudgets(Map.of(KEY, ONE), ExampleTrials.NOW);

    @Test
    void eachKeyHasItsOwn() {
        assertThat(budgets.reserve(KEY, ExampleTrials.NOW, TWO, ONE)).isPresent();
        assertThat(budgets.reserve(KEY, ExampleTrials.NOW, TWO, ONE)).isEmpty();
        assertThat(budgets.reserve(ExampleTrials.key(2), ExampleTrials.NOW, TWO, TWO))
                .isPresent();
    }

    @Test
    void aRaisedBudgetIsAvailableAtOnce() {
        assertThat(budgets.reserve(KEY, ExampleTrials.NOW, ONE, ONE)).isEmpty();
        assertThat(budgets.reserve(KEY, ExampleTrials.NOW, TWO, ONE)).isPresent();
    }

    @Test
    void whatIsLeftIsTheLimitWithoutWhatIsSpent() {
        assertThat(budgets.left(KEY, ExampleTrials.NOW, TWO)).isEqualByComparingTo(ONE);
        assertThat(budgets.left(KEY, ExampleTrials.NOW, new BigDecimal("0.5"))).isZero();
        assertThat(budgets.left(ExampleTrials.key(2), ExampleTrials.NOW, TWO)).isEqualTo(TWO);
        assertThat(budgets.left(KEY, ExampleTrials.NOW.plus(Duration.ofDays(1)), TWO))
                .isEqualTo(TWO);
    }

    @Test
    void theNextDayBeginsAnew() {
        Budget today = budgets.reserve(KEY, ExampleTrials.NOW, TWO, ONE).orElseThrow();

        assertThat(budgets.reserve(KEY, ExampleTrials.NOW.plus(Duration.ofDays(1)), TWO, TWO))
                .isPresent();

        // A trial that ends after midnight counts on the day of its start.
        today.settle(Optional.of(ONE), ONE);
        assertThat(budgets.spent(ExampleTrials.NOW.plus(Duration.ofDays(1)))).isZero();
    }
}
