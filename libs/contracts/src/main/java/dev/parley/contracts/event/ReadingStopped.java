package dev.parley.contracts.event;

import dev.parley.contracts.id.GenerationId;
import dev.parley.contracts.id.TenantId;
import java.time.Duration;
import java.time.Instant;

/**
 * The departure of one reader of an answer before its end. A generation starts with one reader, the client that sent the
 * request. It may be cancelled after a grace period without readers.
 *
 * @param stoppedAt when the gateway noticed it
 * @param grace how long the generation continues without a reader, in whole milliseconds; zero under the policy {@code cancel}
 */
public record ReadingStopped(
        GenerationId generation, TenantId tenant, Instant stoppedAt, Duration grace, String traceparent)
        implements Command {}
