package dev.parley.contracts.event;

import dev.parley.contracts.id.ConversationId;
import dev.parley.contracts.id.RequestId;
import dev.parley.contracts.id.TenantId;

/** What a client did to a conversation as a whole. On {@code chat.turns}, so that it is in order with the turns. */
public sealed interface ConversationEvent permits ConversationRenamed, ConversationDeleted {
    /** The request that did it. */
    RequestId request();

    /** Whose conversation it is; one of the same name of another tenant is another conversation. */
    TenantId tenant();

    ConversationId conversation();

    /** The W3C trace context of the client's request. */
    String traceparent();
}
