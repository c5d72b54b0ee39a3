package dev.parley.conversations;

import static dev.parley.conversations.Attributes.instant;

import dev.parley.contracts.event.ConversationDeleted;
import dev.parley.contracts.event.TurnFacts;
import dev.parley.contracts.id.ConversationId;
import dev.parley.contracts.id.GenerationId;
import java.time.Instant;
import java.util.HashMap;
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

    static boolean isDeleted(Map<String, AttributeValue> meta, GenerationId generation) {
        return Attributes.instant(meta, Attributes.DELETED_AT)
                .filter(deletedAt -> ConversationDeleted.covers(deletedAt, generation))
                .isPresent();
    }

    /** The item with a deletion, unless it contains a later one. */
    static Map<String, AttributeValue> withDeletion(Map<String, AttributeValue> meta, Instant deletedAt) {
        if (Attributes.instant(meta, Attributes.DELETED_AT)
                .filter(known -> known.isAfter(deletedAt))
                .isPresent()) {
            return meta;
        }
        Map<String, AttributeValue> later = new HashMap<>(meta);
        later.put(Attributes.DELETED_AT, Attributes.text(deletedAt));
        return later;
    }

    /** Whether the item contains a deletion of the turn that began the conversation, and perhaps of others. */
    static boolean beginsDeleted(Map<String, AttributeValue> meta) {
        return isDeleted(meta, firstGeneration(meta));
    }

    static GenerationId firstGeneration(Map<String, AttributeValue> meta) {
        return new GenerationId(text(meta, Attributes.FIRST_GENERATION));
    }

    /** The summary of an item whose beginning is deleted, with the turn that is the first one instead. */
    static ConversationSummary of(Map<String, AttributeValue> meta, TurnFacts first) {
        ConversationSummary whole = of(meta);
        String deletedAt = text(meta, Attributes.DELETED_AT);
        boolean renamedSince = Optional.ofNullable(meta.get(Attributes.RENAMED_AT))
                .filter(renamedAt -> renamedAt.s().compareTo(deletedAt) > 0)
                .isPresent();
        return new ConversationSummary(
                whole.id,
                renamedSince ? whole.title : Title.of(first.request()),
                first.user(),
                first.receivedAt(),
                whole.updatedAt);
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
