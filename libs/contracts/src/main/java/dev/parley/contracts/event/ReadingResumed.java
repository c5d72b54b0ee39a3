package dev.parley.contracts.event;

import dev.parley.contracts.id.GenerationId;
import dev.parley.contracts.id.TenantId;
import java.time.Instant;

/**
 * One more reader reads an answer: a client who came back, or another device. A {@link ReadingStopped} follows if it
 * goes before the end.
 *
 * @param tenant whose client it is; the generation of another tenant is not to be touched
 * @param resumedAt when the gateway was asked
 * @param traceparent the W3C trace context of the reader's request
 */
public record ReadingResumed(GenerationId generation, TenantId tenant, Instant resumedAt, String traceparent)
        implements Command {}
