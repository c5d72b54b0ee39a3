package dev.parley.contracts.event;

import dev.parley.contracts.id.GenerationId;
import dev.parley.contracts.id.TenantId;
import java.time.Instant;

/**
 * A client's request to cancel an answer. The generation may have ended already.
 *
 * @param tenant the client's tenant; a generation of another tenant is left alone
 * @param requestedAt when the gateway received the request
 * @param traceparent the W3C trace context of the cancelling request
 */
public record CancelRequested(GenerationId generation, TenantId tenant, Instant requestedAt, String traceparent)
        implements Command {}
