package dev.parley.contracts.event;

import dev.parley.contracts.id.GenerationId;
import dev.parley.contracts.id.TenantId;
import java.time.Instant;

/**
 * The arrival of one more reader of an answer: a client that reconnects, or another device. If the reader leaves before the
 * end, a {@link ReadingStopped} follows.
 *
 * @param resumedAt when the gateway received the request
 */
public record ReadingResumed(GenerationId generation, TenantId tenant, Instant resumedAt, String traceparent)
        implements Command {}
