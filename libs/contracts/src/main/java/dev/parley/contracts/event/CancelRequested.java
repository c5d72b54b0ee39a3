package dev.parley.contracts.event;

import dev.parley.contracts.id.GenerationId;
import dev.parley.contracts.id.TenantId;
import java.time.Instant;

/**
 * A client wants no more of an answer. A fact about the client, not a promise: the generation may have ended already.
 *
 * @param tenant whose client it was; the generation of another tenant is not to be touched
 * @param requestedAt when the gateway was told
 * @param traceparent the W3C trace context of the cancelling request
 */
public record CancelRequested(GenerationId generation, TenantId tenant, Instant requestedAt, String traceparent)
        implements Command {}
