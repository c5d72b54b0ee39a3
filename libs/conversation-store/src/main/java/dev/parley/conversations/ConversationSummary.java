package dev.parley.conversations;

import static dev.parley.conversations.Attributes.instant;
import static java.util.Objects.requireNonNull;

import dev.parley.contracts.event.ConversationDeleted;
import dev.parley.contracts.id.ConversationId;
import dev.parley.contracts.id.GenerationId;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/**
 * A conversation without its turns.
 *
 * @param title what a client called it, or else the beginning of its first user message: one line of at most 80 characters
 * @param user who began it, within the tenant: whose conversation it is
 * @param createdAt when its first request was received
 * @param updatedAt when its last turn ended
 */
public record ConversationSummary(ConversationId id, String title, String user, Instant createdAt, Instant updatedAt) {
    /** Whether an item is about a conversation that is there: not if it only remembers a deletion, or a title. */
    static boolean isShown(Map<String, AttributeValue> meta) {
        return meta.containsKey(Attributes.UPDATED_AT);
    }

    /** Whether the item says that a generation is deleted. */
    static boolean isDeleted(Map<String, AttributeValue> meta, GenerationId generation) {
        return Attributes.instant(meta, Attributes.DELETED_AT)
                .filter(deletedAt -> ConversationDeleted.covers(deletedAt, generation))
                .isPresent();
    }

    /** Whether the conversation was deleted later than the item shows: then all that it says is deleted. */
    static boolean isOutdated(Map<String, AttributeValue> meta, Optional<Instant> deletedAt) {
        return deletedAt
                .filter(at -> Attributes.instant(meta, Attributes.DELETED_AT)
                        .filter(shown -> !shown.isBefore(at))
                        .isEmpty())
                .isPresent();
    }

    static ConversationSummary of(Map<String, AttributeValue> meta) {
        return new ConversationSummary(
                new ConversationId(text(meta, Attributes.CONVERSATION)),
                text(meta, meta.containsKey(Attributes.GIVEN_TITLE) ? Attributes.GIVEN_TITLE : Attributes.TITLE),
                text(meta, Attributes.USER),
                instant(text(meta, Attributes.CREATED_AT)),
                instant(text(meta, Attributes.UPDATED_AT)));
    }

    private static String text(Map<String, AttributeValue> item, String attribute) {
        return requireNonNull(item.get(attribute), attribute).s();
    }
}
