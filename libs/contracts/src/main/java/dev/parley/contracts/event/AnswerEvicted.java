package dev.parley.contracts.event;

import dev.parley.contracts.id.GenerationId;
import dev.parley.contracts.id.RequestId;
import java.time.Instant;

/**
 * An operator wants an answer removed from the cache. It is on {@code chat.turns}. It names no tenant, because neither the operator
 * nor the gateway has to know whose answer it is.
 *
 * @param request that asked for it
 * @param generation whose answer is removed
 * @param actor the name of the admin key that was used; not the key itself
 * @param evictedAt when the gateway received the request
 * @param traceparent the W3C trace context of the request
 */
public record AnswerEvicted(
        RequestId request, GenerationId generation, String actor, Instant evictedAt, String traceparent)
        implements TurnsEvent {}
