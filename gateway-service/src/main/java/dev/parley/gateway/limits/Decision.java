package dev.parley.gateway.limits;

import java.math.BigDecimal;

/** Whether a request is let in. */
public sealed interface Decision {
    record Admitted(Permit permit) implements Decision {}

    /** The key may not ask this model. */
    record ModelNotAllowed(String model) implements Decision {}

    /** The key has a budget, and nobody knows what the model costs. */
    record ModelWithoutPrice(String model) implements Decision {}

    /**
     * A limit is reached.
     *
     * @param costAtMost what the request may cost, in US dollars
     */
    record LimitReached(Verdict.Refused verdict, BigDecimal costAtMost) implements Decision {}
}
