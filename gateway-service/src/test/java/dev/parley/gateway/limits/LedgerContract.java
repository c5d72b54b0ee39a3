package dev.parley.gateway.limits;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.contracts.id.GenerationId;
import dev.parley.contracts.id.KeyId;
import dev.parley.contracts.key.KeyLimits;
import dev.parley.gateway.limits.LedgerVerdict.Granted;
import dev.parley.gateway.limits.LedgerVerdict.Refused;
import dev.parley.testing.Events;
import java.math.BigDecimal;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Contract of all ledgers. Works with a real clock: no test depends on a minute passing. */
public abstract class LedgerContract {
    protected static final Optional<Long> NO_LIMIT = Optional.empty();
    protected static final Optional<BigDecimal> NO_BUDGET = Optional.empty();

    protected final KeyId key = KeyId.next(Clock.systemUTC());
    protected final Instant now = Instant.now();

    /** A ledger that may spend the whole budget. */
    protected abstract Ledger ledger();

    @Test
    void countsRequests() {
        KeyLimits limits = limits(Optional.of(3L), NO_LIMIT, NO_LIMIT, NO_BUDGET);
        for (int left = 2; left >= 0; left--) {
            LedgerVerdict verdict = admit(limits, 10, "0");
            assertThat(verdict).isInstanceOf(Granted.class);
            assertThat(verdict.limits().requests().orElseThrow().remaining()).isEqualTo(left);
            assertThat(verdict.limits().requests().orElseThrow().limit()).isEqualTo(3);
        }
        Refused refused = refused(admit(limits, 10, "0"), Limit.REQUESTS);
        assertThat(refused.retryAfter()).isBetween(Duration.ofSeconds(15), Duration.ofSeconds(20));
        assertThat(refused.limits().inputTokens()).isEmpty();
    }

    @Test
    void countsInputTokens() {
        KeyLimits limits = limits(NO_LIMIT, Optional.of(6000L), NO_LIMIT, NO_BUDGET);
        assertThat(admit(limits, 4000, "0")).isInstanceOf(Granted.class);
        Refused refused = refused(admit(limits, 4000, "0"), Limit.INPUT_TOKENS);
        assertThat(refused.retryAfter()).isBetween(Duration.ofSeconds(15), Duration.ofSeconds(20));
        assertThat(admit(limits, 1500, "0")).isInstanceOf(Granted.class);
    }

    @Test
    void admitsARequestAboveTheTokenLimitWhenNothingIsUsed() {
        KeyLimits limits = limits(NO_LIMIT, Optional.of(1000L), NO_LIMIT, NO_BUDGET);
        assertThat(admit(limits, 5000, "0")).isInstanceOf(Granted.class);
        Refused refused = refused(admit(limits, 1, "0"), Limit.INPUT_TOKENS);
        assertThat(refused.retryAfter()).isGreaterThanOrEqualTo(Duration.ofMinutes(1));
        assertThat(refused.limits().inputTokens().orElseThrow().remaining()).isZero();
    }

    @Test
    void countsOpenStreamsUntilTheyAreClosed() {
        KeyLimits limits = Events.limits(key -> key.openStreams = Optional.of(1L));
        Demand first = demand(limits, 1, "0");
        assertThat(ledger().admit(first, now)).isInstanceOf(Granted.class);
        refused(admit(limits, 1, "0"), Limit.OPEN_STREAMS);
        ledger().renew(List.of(first));
        ledger().close(first);
        Demand second = demand(limits, 1, "0");
        assertThat(ledger().admit(second, now)).isInstanceOf(Granted.class);
        ledger().renew(List.of(second));
        refused(admit(limits, 1, "0"), Limit.OPEN_STREAMS);
        ledger().withdraw(second);
        // A renewal that the end of the stream has overtaken.
        ledger().renew(List.of(first));
        ledger().close(first);
        assertThat(admit(limits, 1, "0")).isInstanceOf(Granted.class);
    }

    @Test
    void neverExceedsTheBudget() throws Exception {
        KeyLimits limits = limits(NO_LIMIT, NO_LIMIT, NO_LIMIT, Optional.of(new BigDecimal("1")));
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Callable<LedgerVerdict>> attempts = IntStream.range(0, 200)
                    .<Callable<LedgerVerdict>>mapToObj(_ -> () -> admit(limits, 1, "0.03"))
                    .toList();
            long granted = threads.invokeAll(attempts).stream()
                    .filter(verdict -> verdict.resultNow() instanceof Granted)
                    .count();
            assertThat(granted).isEqualTo(33);
        }
        assertThat(admit(limits, 1, "0.01")).isInstanceOf(Granted.class);
    }

    @Test
    void releasesTheReservationOfAWithdrawnRequest() {
        KeyLimits limits = limits(Optional.of(2L), Optional.of(1000L), NO_LIMIT, Optional.of(new BigDecimal("1")));
        Demand demand = demand(limits, 1000, "1");
        assertThat(ledger().admit(demand, now)).isInstanceOf(Granted.class);
        ledger().withdraw(demand);
        assertThat(admit(limits, 1000, "1")).isInstanceOf(Granted.class);
        refused(admit(limits, 1000, "1"), Limit.REQUESTS);
    }

    /** At $75 a million: the units of dollars of more tokens than 2^53, and of the most, are no long integers. */
    @ParameterizedTest
    @ValueSource(longs = {Integer.MAX_VALUE, 9_007_199_254_740_991L, Long.MAX_VALUE})
    void refusesAnyCostAboveTheBudget(long outputTokens) {
        KeyLimits limits = limits(NO_LIMIT, NO_LIMIT, NO_LIMIT, Optional.of(KeyLimits.USD_MIN));
        String cost = BigDecimal.valueOf(outputTokens)
                .multiply(new BigDecimal("75e-6"))
                .toString();
        Refused refused = refused(admit(limits, 1, cost), Limit.DAY);
        assertThat(refused.left()).isEqualByComparingTo(KeyLimits.USD_MIN);
    }

    @Test
    void namesTheMonthlyBudgetWhenItIsExceeded() {
        KeyLimits limits = Events.limits(key -> key.usdPerMonth = Optional.of(new BigDecimal("0.5")));
        Refused refused = refused(admit(limits, 1, "0.6"), Limit.MONTH);
        assertThat(refused.left()).isEqualByComparingTo("0.5");
        assertThat(now.plus(refused.retryAfter()))
                .isEqualTo(BudgetPeriods.at(now).monthEnds());
    }

    @Test
    void namesTheMonthlyBudgetWhenBothAreExceeded() {
        KeyLimits limits = Events.limits(key -> {
            key.usdPerDay = Optional.of(new BigDecimal("0.3"));
            key.usdPerMonth = Optional.of(new BigDecimal("0.5"));
        });
        refused(admit(limits, 1, "0.6"), Limit.MONTH);
        refused(admit(limits, 1, "0.4"), Limit.DAY);
    }

    @Test
    void appliesChangedLimitsFromTheNextRequest() {
        KeyLimits loose = limits(Optional.of(10L), NO_LIMIT, NO_LIMIT, NO_BUDGET);
        assertThat(admit(loose, 100, "0")).isInstanceOf(Granted.class);
        KeyLimits tight = limits(Optional.of(1L), NO_LIMIT, NO_LIMIT, NO_BUDGET);
        assertThat(admit(tight, 100, "0")).isInstanceOf(Granted.class);
        refused(admit(tight, 100, "0"), Limit.REQUESTS);

        KeyLimits other = limits(NO_LIMIT, Optional.of(1000L), NO_LIMIT, Optional.of(new BigDecimal("1")));
        assertThat(admit(other, 1000, "0.5")).as("a new limit starts unused").isInstanceOf(Granted.class);
        refused(admit(other, 1000, "0.5"), Limit.INPUT_TOKENS);
        refused(
                admit(limits(NO_LIMIT, NO_LIMIT, NO_LIMIT, Optional.of(new BigDecimal("0.6"))), 1, "0.5"),
                Limit.RESERVED,
                Limit.LOCAL_SHARE);
        assertThat(admit(limits(NO_LIMIT, NO_LIMIT, NO_LIMIT, Optional.of(new BigDecimal("2"))), 1, "0.5"))
                .isInstanceOf(Granted.class);
    }

    @Test
    void aLimitThatIsSetAgainStartsUnused() {
        KeyLimits limits = limits(Optional.of(1L), Optional.of(1_000L), NO_LIMIT, NO_BUDGET);
        assertThat(admit(limits, 1_000_000, "0")).isInstanceOf(Granted.class);
        refused(admit(limits, 1, "0"), Limit.REQUESTS);
        // A key without any metered limit reaches no ledger.
        KeyLimits without = Events.limits(key -> key.openStreams = Optional.of(9L));
        assertThat(admit(without, 1, "0")).isInstanceOf(Granted.class);
        assertThat(admit(limits, 1_000, "0")).isInstanceOf(Granted.class);
    }

    @Test
    void countsKeysSeparately() {
        KeyLimits limits = limits(Optional.of(1L), NO_LIMIT, NO_LIMIT, NO_BUDGET);
        assertThat(admit(limits, 1, "0")).isInstanceOf(Granted.class);
        Demand ofAnother = new Demand(KeyId.next(Clock.systemUTC()), limits, generation(), 1, BigDecimal.ZERO);
        assertThat(ledger().admit(ofAnother, now)).isInstanceOf(Granted.class);
        refused(admit(limits, 1, "0"), Limit.REQUESTS);
    }

    protected final LedgerVerdict admit(KeyLimits limits, long input, String cost) {
        return ledger().admit(demand(limits, input, cost), now);
    }

    protected final Demand demand(KeyLimits limits, long input, String cost) {
        return new Demand(key, limits, generation(), input, new BigDecimal(cost));
    }

    private static GenerationId generation() {
        return GenerationId.unsigned(Clock.systemUTC(), 0);
    }

    /** Expects a refusal by one of these limits: the first, or the one of a ledger without reservations. */
    protected static Refused refused(LedgerVerdict verdict, Limit... limits) {
        assertThat(verdict)
                .isInstanceOfSatisfying(
                        Refused.class, refused -> assertThat(refused.limit()).isIn((Object[]) limits));
        return (Refused) verdict;
    }

    protected static KeyLimits limits(
            Optional<Long> requests, Optional<Long> input, Optional<Long> output, Optional<BigDecimal> perDay) {
        return new KeyLimits(List.of(), requests, input, output, NO_LIMIT, perDay, NO_BUDGET, Map.of());
    }
}
