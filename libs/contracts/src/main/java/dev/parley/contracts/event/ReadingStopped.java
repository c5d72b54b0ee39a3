package dev.parley.contracts.event;

import dev.parley.contracts.id.GenerationId;
import dev.parley.contracts.id.TenantId;
import java.time.Duration;
import java.time.Instant;

/**
 * One reader of an answer has gone before its end. A generation begins with one reader, the client who asked; it may be
 * cancelled once it has had none for the time of grace.
 *
 * @param tenant whose client it was; the generation of another tenant is not to be touched
 * @param stoppedAt when the gateway noticed
 * @param grace how long the generation may go on without a reader, in whole milliseconds
 * @param traceparent the W3C trace context of the reader's request
 */
public record ReadingStopped(
        GenerationId generation, TenantId tenant, Instant stoppedAt, Duration grace, String traceparent)
        implements Command {}
