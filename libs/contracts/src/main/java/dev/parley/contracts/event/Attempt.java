package dev.parley.contracts.event;

import java.math.BigDecimal;
import java.time.Instant;
import java.util.Optional;

/**
 * One call to Claude.
 *
 * @param number 1 for the first
 * @param model the model in the request
 * @param outcome {@code completed}, {@code refused} (an error before the first token), {@code broken} (cut, stalled or
 *     malformed after it), {@code interrupted} (its owner died) or {@code cancelled}
 * @param status the HTTP status of Claude's response, 0 if there was none
 * @param requestId Claude's {@code request-id}, empty if there was none
 * @param usage what Claude billed
 * @param costUsd the price of {@code usage}, in US dollars; empty (null in JSON) if the model has no price
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
        Optional<BigDecimal> costUsd) {}
