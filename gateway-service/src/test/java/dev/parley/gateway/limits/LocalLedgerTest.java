package dev.parley.gateway.limits;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.contracts.key.KeyLimits;
import dev.parley.gateway.limits.LedgerVerdict.Granted;
import dev.parley.testing.Events;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class LocalLedgerTest extends LedgerContract {
    private static final Duration LIFE = Duration.ofMinutes(30);

    private final LocalLedger ledger = new LocalLedger(100, LIFE);

    @Override
    protected Ledger ledger() {
        return ledger;
    }

    @Test
    void spendsOnlyItsShareOfABudget() {
        LocalLedger careful = new LocalLedger(25, LIFE);
        KeyLimits limits = limits(NO_LIMIT, NO_LIMIT, NO_LIMIT, Optional.of(new BigDecimal("1")));
        assertThat(careful.admit(demand(limits, 1, "0.25"), now)).isInstanceOf(Granted.class);
        refused(careful.admit(demand(limits, 1, "0.01"), now), Limit.LOCAL_SHARE);
    }

    /** The shared ledger returns what an estimate exceeds the usage by; this one does not learn of it. */
    @Test
    void estimatesOfGrantedRequestsLeaveNoDebt() {
        KeyLimits limits = limits(NO_LIMIT, Optional.of(1_000L), NO_LIMIT, NO_BUDGET);
        for (int i = 0; i < 60; i++) {
            assertThat(ledger.confirm(demand(limits, 1_000, "0"), now)).isEmpty();
        }
        assertThat(ledger.admit(demand(limits, 1_000, "0"), now.plusSeconds(60)))
                .isInstanceOf(Granted.class);
    }

    /** An estimate stays as it is, because nothing is settled here. */
    @Test
    void aRequestAboveTheTokenLimitDelaysTheNextUntilItIsRefilled() {
        KeyLimits limits = limits(NO_LIMIT, Optional.of(1_000L), NO_LIMIT, NO_BUDGET);
        assertThat(ledger.admit(demand(limits, 5_000, "0"), now)).isInstanceOf(Granted.class);
        assertThat(refused(ledger.admit(demand(limits, 1_000, "0"), now), Limit.INPUT_TOKENS)
                        .retryAfter())
                .isEqualTo(Duration.ofMinutes(5));
    }

    @Test
    void refillsOverTime() {
        KeyLimits limits = limits(Optional.of(60L), NO_LIMIT, NO_LIMIT, NO_BUDGET);
        for (int i = 0; i < 60; i++) {
            assertThat(ledger.admit(demand(limits, 1, "0"), now)).isInstanceOf(Granted.class);
        }
        refused(ledger.admit(demand(limits, 1, "0"), now.plusMillis(900)), Limit.REQUESTS);
        assertThat(ledger.admit(demand(limits, 1, "0"), now.plusMillis(1001))).isInstanceOf(Granted.class);
    }

    /** Less than a millisecond between two requests counts, else a fast client would never be granted anything again. */
    @Test
    void refillsBetweenRequestsThatFollowEachOtherAtOnce() {
        KeyLimits limits = limits(Optional.of(6_000L), NO_LIMIT, NO_LIMIT, NO_BUDGET);
        for (int i = 0; i < 6_000; i++) {
            assertThat(ledger.admit(demand(limits, 1, "0"), now)).isInstanceOf(Granted.class);
        }
        long granted = 0;
        for (int i = 1; i <= 1_000; i++) {
            granted += ledger.admit(demand(limits, 1, "0"), now.plusNanos(i * 900_000L)) instanceof Granted ? 1 : 0;
        }
        assertThat(granted).as("in 900 ms, of one each 10 ms").isBetween(89L, 90L);
    }

    @Test
    void requestsInAnotherOrderRefillNothingTwice() {
        KeyLimits limits = limits(Optional.of(60L), NO_LIMIT, NO_LIMIT, NO_BUDGET);
        for (int i = 0; i < 60; i++) {
            assertThat(ledger.admit(demand(limits, 1, "0"), now)).isInstanceOf(Granted.class);
        }
        assertThat(ledger.admit(demand(limits, 1, "0"), now.plusSeconds(1))).isInstanceOf(Granted.class);
        refused(ledger.admit(demand(limits, 1, "0"), now), Limit.REQUESTS);
        refused(ledger.admit(demand(limits, 1, "0"), now.plusSeconds(1)), Limit.REQUESTS);
    }

    /** Else a key would get nothing until the clock is where it was. */
    @Test
    void refillsAfterAStepBackOfTheClock() {
        KeyLimits limits = limits(Optional.of(60L), NO_LIMIT, NO_LIMIT, NO_BUDGET);
        for (int i = 0; i < 60; i++) {
            assertThat(ledger.confirm(demand(limits, 1, "0"), now)).isEmpty();
        }
        Instant setBack = now.minus(Duration.ofMinutes(20));
        assertThat(ledger.confirm(demand(limits, 1, "0"), setBack)).isPresent();
        assertThat(ledger.confirm(demand(limits, 1, "0"), setBack.plusSeconds(2)))
                .isEmpty();
    }

    @Test
    void spendsOnlyItsShareOfAMonthlyBudget() {
        LocalLedger careful = new LocalLedger(25, LIFE);
        KeyLimits limits = Events.limits(key -> key.usdPerMonth = Optional.of(new BigDecimal("1")));
        refused(careful.admit(demand(limits, 1, "0.26"), now), Limit.LOCAL_SHARE);
        assertThat(careful.admit(demand(limits, 1, "0.25"), now)).isInstanceOf(Granted.class);
        refused(careful.admit(demand(limits, 1, "0.01"), now), Limit.LOCAL_SHARE);
    }

    @Test
    void resetsTheDailyBudgetEveryDay() {
        KeyLimits limits = limits(NO_LIMIT, NO_LIMIT, NO_LIMIT, Optional.of(new BigDecimal("1")));
        Instant evening = Instant.parse("2026-11-30T23:59:00Z");
        assertThat(ledger.admit(demand(limits, 1, "1"), evening)).isInstanceOf(Granted.class);
        refused(ledger.admit(demand(limits, 1, "1"), evening), Limit.LOCAL_SHARE);
        assertThat(ledger.admit(demand(limits, 1, "1"), evening.plusSeconds(60)))
                .isInstanceOf(Granted.class);
    }

    /** Else one outage, or a few late look-ups, would refuse all later ones of the month while the budget has money left. */
    @Test
    void givesItsShareBackWhenTheSharedLedgerGrantsAfterItsTurnsAreSettled() {
        LocalLedger careful = new LocalLedger(25, LIFE);
        KeyLimits limits = Events.limits(key -> key.usdPerMonth = Optional.of(new BigDecimal("1")));
        Instant noon = Instant.parse("2026-11-10T12:00:00Z");
        assertThat(careful.admit(demand(limits, 1, "0.25"), noon)).isInstanceOf(Granted.class);
        Instant back = noon.plus(LIFE);
        assertThat(careful.confirm(demand(limits, 1, "0.01"), back)).isEmpty();
        refused(careful.admit(demand(limits, 1, "0.01"), back), Limit.LOCAL_SHARE);

        Instant settled = back.plus(LIFE);
        refused(careful.admit(demand(limits, 1, "0.01"), settled), Limit.LOCAL_SHARE);
        assertThat(careful.confirm(demand(limits, 1, "0.01"), settled)).isEmpty();
        assertThat(careful.admit(demand(limits, 1, "0.25"), settled)).isInstanceOf(Granted.class);
        refused(careful.admit(demand(limits, 1, "0.01"), settled), Limit.LOCAL_SHARE);
    }

    @Test
    void givesBackNothingThatMayNotBeSettledYet() {
        LocalLedger careful = new LocalLedger(25, LIFE);
        KeyLimits limits = limits(NO_LIMIT, NO_LIMIT, NO_LIMIT, Optional.of(new BigDecimal("1")));
        Instant noon = Instant.parse("2026-11-10T12:00:00Z");
        assertThat(careful.confirm(demand(limits, 1, "0.01"), noon)).isEmpty();
        assertThat(careful.admit(demand(limits, 1, "0.2"), noon)).isInstanceOf(Granted.class);
        Instant before = noon.plus(LIFE).minusMillis(1);
        assertThat(careful.admit(demand(limits, 1, "0.05"), before)).isInstanceOf(Granted.class);
        for (int minutes = 30; minutes < 60; minutes++) {
            Instant at = noon.plus(Duration.ofMinutes(minutes));
            assertThat(careful.confirm(demand(limits, 1, "0.01"), at)).isEmpty();
            refused(careful.admit(demand(limits, 1, "0.01"), at), Limit.LOCAL_SHARE);
        }
        Instant hour = noon.plus(Duration.ofHours(1));
        assertThat(careful.confirm(demand(limits, 1, "0.01"), hour)).isEmpty();
        assertThat(careful.admit(demand(limits, 1, "0.25"), hour)).isInstanceOf(Granted.class);
    }
}
