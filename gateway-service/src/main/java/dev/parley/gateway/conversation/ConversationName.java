package dev.parley.gateway.conversation;

import dev.parley.contracts.id.ConversationId;
import dev.parley.contracts.id.TenantId;

/** A conversation and whose it is. */
public record ConversationName(TenantId tenant, ConversationId conversation) {}
