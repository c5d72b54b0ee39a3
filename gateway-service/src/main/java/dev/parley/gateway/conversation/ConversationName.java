package dev.parley.gateway.conversation;

import dev.parley.contracts.id.ConversationId;
import dev.parley.contracts.id.TenantId;

/** A conversation with the tenant that owns it. */
public record ConversationName(TenantId tenant, ConversationId conversation) {}
