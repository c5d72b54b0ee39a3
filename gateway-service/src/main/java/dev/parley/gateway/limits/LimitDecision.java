package dev.parley.gateway.limits;

import java.math.BigDecimal;

/** The outcome of {@link LimitCheck}. */
public sealed interface LimitDecision {
    record Admitted(Permit permit) implements LimitDecision {}

    record ModelNotAllowed(String model) implements LimitDecision {}

    /** The key has a budget, but the model has no price. */
    record ModelWithoutPrice(String model) implements LimitDecision {}

    /** The key has a budget or may use certain models only, but the request leaves the choice of fallbacks to Claude. */
    record FallbacksNotNamed() implements LimitDecision {}

    /** The key has a budget, but the request asks for premium rates, which have no price. */
    record RatesWithoutPrice() implements LimitDecision {}

    /**
     * A limit is reached.
     *
     * @param costAtMost maximum cost of the request, in US dollars
     */
    record LimitReached(LedgerVerdict.Refused verdict, BigDecimal costAtMost) implements LimitDecision {}
}
