package dev.parley.contracts.event;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * One call to Claude.
 *
 * @param number 1 for the first; 0 for a call to a judge
 * @param model the model in the request, or the last one that Claude has named
 * @param outcome {@code completed}, {@code refused} (an error before the first token), {@code broken} (cut, stalled or
 *     malformed after it), {@code interrupted} (its owner died) or {@code cancelled}
 * @param status the HTTP status of Claude's response, 0 if there was none
 * @param requestId Claude's {@code request-id}, empty if there was none
 * @param usage what Claude reports to have used; output that it has not reported is estimated
 * @param costUsd the price of {@code usage}, in US dollars; empty (null in JSON) if it is unknown, because the model or a server
 *     tool has no price, it was billed at premium rates, Claude does not tell what it bills, the call ended before its response or
 *     within its thinking, or not all of it is on the log
 * @param purpose {@link #JUDGE}; empty for a call that is to answer the request
 */
public record Attempt(
        int number,
        String model,
        Instant startedAt,
        double durationMs,
        String outcome,
        int status,
        String requestId,
        Usage usage,
        Optional<BigDecimal> costUsd,
        @JsonInclude(JsonInclude.Include.NON_ABSENT) Optional<String> purpose) {
    /** The purpose of a call that asks whether the answer to a similar question serves. */
    public static final String JUDGE = "judge";

    /** A call that is to answer the request. */
    public Attempt(
            int number,
            String model,
            Instant startedAt,
            double durationMs,
            String outcome,
            int status,
            String requestId,
            Usage usage,
            Optional<BigDecimal> costUsd) {
        this(number, model, startedAt, durationMs, outcome, status, requestId, usage, costUsd, Optional.empty());
    }

    /** The price of these calls together; empty if that of one is unknown. */
    public static Optional<BigDecimal> totalUsd(List<Attempt> calls) {
        return calls.stream()
                .map(Attempt::costUsd)
                .reduce(Optional.of(BigDecimal.ZERO), (sum, cost) -> sum.flatMap(before -> cost.map(before::add)));
    }

    public Attempt costing(Optional<BigDecimal> price) {
        return new Attempt(number, model, startedAt, durationMs, outcome, status, requestId, usage, price, purpose);
    }

    /** The same call, made to a judge. */
    public Attempt judging() {
        return new Attempt(
                number, model, startedAt, durationMs, outcome, status, requestId, usage, costUsd, Optional.of(JUDGE));
    }

    public boolean answers() {
        return purpose.isEmpty();
    }
}
