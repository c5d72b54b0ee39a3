package dev.parley.simulator.ledger;

import java.time.Instant;

/**
 * What became of a request, as far as is known.
 *
 * @param status 0 as long as no head was sent
 * @param tokens sent so far
 * @param changedAt when it ended; when it came in, as long as it is open
 */
public record Entry(Call call, Instant receivedAt, int status, int tokens, Outcome outcome, Instant changedAt) {}
