package dev.parley.gateway.limits;

import java.math.BigDecimal;

/** The outcome of {@link LimitCheck}. */
public sealed interface Decision {
    record Admitted(Permit permit) implements Decision {}

    record ModelNotAllowed(String model) implements Decision {}

    /** The key has a budget, but the model has no price. */
    record ModelWithoutPrice(String model) implements Decision {}

    /** The key has a budget or may use certain models only, but the request leaves the choice of fallbacks to Claude. */
    record FallbacksNotNamed() implements Decision {}

    /** The key has a budget, but the request asks for premium rates, which have no price. */
    record RatesWithoutPrice() implements Decision {}

    /**
     * A limit is reached.
     *
     * @param costAtMost maximum cost of the request, in US dollars
     */
    record LimitReached(Verdict.Refused verdict, BigDecimal costAtMost) implements Decision {}
}
