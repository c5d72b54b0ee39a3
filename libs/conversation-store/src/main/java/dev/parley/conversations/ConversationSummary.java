package dev.parley.conversations;

import static dev.parley.conversations.Attributes.instant;

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
 * @param title the title that a client gave, or else the beginning of the first user message: one line of at most 80
 *     characters
 * @param user the user within the tenant who sent the first request, and owns the conversation
 * @param createdAt when the first request was received
 * @param updatedAt when the last turn ended
 */
public record ConversationSummary(ConversationId id, String title, String user, Instant createdAt, Instant updatedAt) {
    /** Whether a {@code META} item is of an existing conversation; not if it only has the time of a deletion, or a title. */
    static boolean isShown(Map<String, AttributeValue> meta) {
        return meta.containsKey(Attributes.UPDATED_AT);
    }

    /** Whether the item contains a deletion that covers a generation. */
    static boolean isDeleted(Map<String, AttributeValue> meta, GenerationId generation) {
        return Attributes.instant(meta, Attributes.DELETED_AT)
                .filter(deletedAt -> ConversationDeleted.covers(deletedAt, generation))
                .isPresent();
    }

    /** Whether a deletion is newer than the item shows and covers the whole conversation. */
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
        return Attributes.required(item, attribute).s();
    }
}
