package dev.parley.contracts.event;

import dev.parley.contracts.id.ConversationId;
import dev.parley.contracts.id.GenerationId;
import dev.parley.contracts.id.RequestId;
import dev.parley.contracts.id.TenantId;
import java.time.Instant;

/**
 * A client deleted a conversation: its turns are not to be kept any longer, nor those of generations that still run.
 * What is asked after it begins the conversation anew.
 *
 * @param deletedAt when the gateway was asked
 */
public record ConversationDeleted(
        RequestId request, TenantId tenant, ConversationId conversation, Instant deletedAt, String traceparent)
        implements ConversationEvent {
    /** Whether the turn of a generation is deleted by a deletion at this time: if it was made before, or in the same millisecond. */
    public static boolean covers(Instant deletedAt, GenerationId generation) {
        return !generation.madeAt().isAfter(deletedAt);
    }
}
