package dev.parley.contracts.event;

import dev.parley.contracts.id.ConversationId;
import dev.parley.contracts.id.RequestId;
import dev.parley.contracts.id.TenantId;

/** A client's change of a whole conversation. It is on {@code chat.turns}, so that it is ordered among the turns. */
public sealed interface ConversationEvent extends TurnsEvent permits ConversationRenamed, ConversationDeleted {
    RequestId request();

    /** The tenant of the conversation; equal conversation ids of two tenants are two conversations. */
    TenantId tenant();

    ConversationId conversation();

    /** The W3C trace context of the client's request. */
    String traceparent();
}
