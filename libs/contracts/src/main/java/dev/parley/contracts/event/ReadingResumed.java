package dev.parley.contracts.event;

import dev.parley.contracts.id.GenerationId;
import dev.parley.contracts.id.TenantId;
import java.time.Instant;

/**
 * The arrival of one more reader of an answer: a client that reconnects, or another device. If the reader leaves before the
 * end, a {@link ReadingStopped} follows.
 *
 * @param tenant the client's tenant; a generation of another tenant is left alone
 * @param resumedAt when the gateway received the request
 * @param traceparent the W3C trace context of the reader's request
 */
public record ReadingResumed(GenerationId generation, TenantId tenant, Instant resumedAt, String traceparent)
        implements Command {}
