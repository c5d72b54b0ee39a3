package dev.parley.contracts.event;

import dev.parley.contracts.id.ConversationId;
import dev.parley.contracts.id.GenerationId;
import dev.parley.contracts.id.RequestId;
import dev.parley.contracts.id.TenantId;
import java.time.Instant;

/**
 * The deletion of a conversation by a client. Its turns are deleted, also those of generations that are still running. A
 * request after the deletion starts the conversation anew.
 *
 * @param deletedAt when the gateway received the request
 */
public record ConversationDeleted(
        RequestId request, TenantId tenant, ConversationId conversation, Instant deletedAt, String traceparent)
        implements ConversationEvent {
    /**
     * Whether a deletion at {@code deletedAt} deletes the turn of a generation: if the generation was created before, or in
     * the same millisecond.
     */
    public static boolean covers(Instant deletedAt, GenerationId generation) {
        return !generation.madeAt().isAfter(deletedAt);
    }
}
