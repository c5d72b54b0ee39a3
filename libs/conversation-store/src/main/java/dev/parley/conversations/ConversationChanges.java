package dev.parley.conversations;

import static dev.parley.conversations.Attributes.number;
import static dev.parley.conversations.Attributes.required;
import static dev.parley.conversations.Attributes.text;

import dev.parley.contracts.event.ConversationDeleted;
import dev.parley.contracts.event.ConversationRenamed;
import dev.parley.contracts.id.ConversationId;
import dev.parley.contracts.id.GenerationId;
import dev.parley.contracts.id.TenantId;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.QueryRequest;
import software.amazon.awssdk.services.dynamodb.model.ReturnValue;
import software.amazon.awssdk.services.dynamodb.model.ReturnValuesOnConditionCheckFailure;
import software.amazon.awssdk.services.dynamodb.model.UpdateItemRequest;

/**
 * The table requests for changes of whole conversations by clients.
 *
 * <p>After a deletion, the {@code META} item remains as a tombstone: with nothing but the time of the deletion, so that covered
 * turns are refused if they arrive later or again. First {@link #tombstoneKeepingTitle} hides the conversation; if its
 * condition fails, {@link #tombstone}, and then {@link #recordDeletion}; then all items of {@link #turns} are to be removed.
 * Later turns may have been stored before the deletion arrived: the conversation is then updated from
 * {@link ConversationReader#hiddenActivity}. Idempotent.
 */
public final class ConversationChanges {
    /** How long a tombstone outlasts the turns that it covers: longer than a covered generation can still be running. */
    static final Duration LATE_TURNS = Duration.ofDays(1);

    private ConversationChanges() {}

    /**
     * Sets the title that a client gave, apart from the default title, unless the item has a later one, or a later deletion.
     * Creates the item if it is missing, such as when the table is rebuilt; the conversation then becomes visible with its first
     * turn.
     */
    public static UpdateItemRequest rename(ConversationRenamed event, String table, Duration retention) {
        return update(
                table,
                Attributes.metaKey(event.tenant(), event.conversation()),
                "SET #given_title = :title, #renamed_at = :renamed,"
                        + " #expires_at = if_not_exists(#expires_at, :expires)",
                "(attribute_not_exists(#renamed_at) OR #renamed_at < :renamed)"
                        + " AND (attribute_not_exists(#deleted_at) OR #deleted_at < :renamed)",
                Map.of(
                        ":title", text(event.title()),
                        ":renamed", text(event.renamedAt()),
                        ":expires", number(event.renamedAt().plus(retention).getEpochSecond())));
    }

    /** Clears the {@code META} item of a conversation that started before the deletion. */
    public static UpdateItemRequest tombstone(ConversationDeleted event, String table, Duration retention) {
        return tombstone(event, table, retention, ", #given_title, #renamed_at", "");
    }

    /** The same if the conversation was renamed after the deletion: that title stays. */
    public static UpdateItemRequest tombstoneKeepingTitle(ConversationDeleted event, String table, Duration retention) {
        return tombstone(event, table, retention, "", " AND #renamed_at > :deleted");
    }

    private static UpdateItemRequest tombstone(
            ConversationDeleted event, String table, Duration retention, String removed, String condition) {
        Instant deletedAt = event.deletedAt();
        return update(
                table,
                Attributes.metaKey(event.tenant(), event.conversation()),
                "SET #deleted_at = :deleted, #expires_at = :expires REMOVE #conversation, #first_generation, #user,"
                        + " #user_key, #title, #created_at, #updated_at" + removed,
                "(attribute_not_exists(#deleted_at) OR #deleted_at < :deleted)"
                        + " AND (attribute_not_exists(#first_generation) OR #first_generation < :boundary)"
                        + condition,
                Map.of(
                        ":deleted", text(deletedAt),
                        ":boundary", text(GenerationId.boundaryAfter(deletedAt).value()),
                        ":expires",
                                number(deletedAt
                                        .plus(retention)
                                        .plus(LATE_TURNS)
                                        .getEpochSecond())));
    }

    /** Sets the time of the deletion in the item of a conversation that has been started anew since. */
    public static UpdateItemRequest recordDeletion(ConversationDeleted event, String table) {
        return update(
                table,
                Attributes.metaKey(event.tenant(), event.conversation()),
                "SET #deleted_at = :deleted",
                "attribute_not_exists(#deleted_at) OR #deleted_at < :deleted",
                Map.of(":deleted", text(event.deletedAt())));
    }

    /**
     * The query for the keys of the items to remove: those of the turns that a deletion covers. Never of later ones, which another
     * worker may have stored meanwhile.
     */
    public static QueryRequest turns(TenantId tenant, ConversationId conversation, Instant deletedAt, String table) {
        return turns(text(Attributes.conversationKey(tenant, conversation)), deletedAt, table);
    }

    /** The same of the deletion in a {@code META} item. */
    public static QueryRequest turns(Map<String, AttributeValue> meta, String table) {
        Instant deletedAt =
                Attributes.instant(required(meta, Attributes.DELETED_AT).s());
        return turns(required(meta, Attributes.PARTITION_KEY), deletedAt, table);
    }

    private static QueryRequest turns(AttributeValue conversationKey, Instant deletedAt, String table) {
        String end = Attributes.afterTurnsDeletedAt(deletedAt);
        return TurnQueries.between(table, conversationKey, Attributes.beforeAllTurns(), end, "")
                .projectionExpression("#pk, #sk")
                .build();
    }

    /** An update that returns the item, whether the condition holds or fails. */
    static UpdateItemRequest update(
            String table,
            Map<String, AttributeValue> key,
            String update,
            String condition,
            Map<String, AttributeValue> values) {
        return UpdateItemRequest.builder()
                .tableName(table)
                .key(key)
                .updateExpression(update)
                .conditionExpression(condition)
                .expressionAttributeNames(Attributes.names(update + " " + condition))
                .expressionAttributeValues(values)
                .returnValues(ReturnValue.ALL_NEW)
                .returnValuesOnConditionCheckFailure(ReturnValuesOnConditionCheckFailure.ALL_OLD)
                .build();
    }
}
