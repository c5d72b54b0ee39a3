package dev.parley.answercache;

import dev.parley.contracts.id.ConversationId;
import dev.parley.contracts.id.TenantId;

/** Names a conversation in which answers were given. */
public record ConversationKey(TenantId tenant, ConversationId conversation) {
    /** The key in the store of the answers that it was given. */
    public String answersText() {
        return "parley:conversation-answers:v1:" + tenant.value() + ":" + conversation.value();
    }

    /** The key in the store of when it was deleted. */
    public String deletedText() {
        return "parley:conversation-deleted:v1:" + tenant.value() + ":" + conversation.value();
    }
}
