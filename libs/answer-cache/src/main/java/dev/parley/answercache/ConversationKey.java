package dev.parley.answercache;

import dev.parley.contracts.id.ConversationId;
import dev.parley.contracts.id.TenantId;

/** The keys of a conversation in Redis. */
public record ConversationKey(TenantId tenant, ConversationId conversation) {
    /** The key of the set of its answers. */
    public String answersText() {
        return "parley:conversation-answers:v1:" + tenant.value() + ":" + conversation.value();
    }

    /** The key of the time of its deletion. */
    public String deletedText() {
        return "parley:conversation-deleted:v1:" + tenant.value() + ":" + conversation.value();
    }
}
