package dev.parley.contracts.event;

import dev.parley.contracts.id.GenerationId;
import dev.parley.contracts.id.TenantId;
import java.time.Instant;

/** A client's request to cancel an answer. The generation may have ended already. */
public record CancelRequested(GenerationId generation, TenantId tenant, Instant requestedAt, String traceparent)
        implements Command {}
