package dev.parley.answercache;

import dev.parley.contracts.id.ConversationId;
import dev.parley.contracts.id.TenantId;

/** The keys of a conversation in Redis. */
public record ConversationKey(TenantId tenant, ConversationId conversation) {
    /** The key of the set of its answers. */
    public String answersKey() {
        return "parley:conversation-answers:v1:" + tenant.value() + ":" + conversation.value();
    }

    /** The key of the time of its deletion. */
    public String deletedKey() {
        return "parley:conversation-deleted:v1:" + tenant.value() + ":" + conversation.value();
    }
}
