package dev.parley.conversations;

import static dev.parley.conversations.Attributes.number;
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

/** The table requests for changes of whole conversations by clients. */
public final class ConversationChanges {
    private ConversationChanges() {}

    /** A title that a client gave, in the {@code META} item. It is stored apart from the default title. */
    public record Renaming(TenantId tenant, ConversationId conversation, String title, Instant renamedAt) {
        public static Renaming of(ConversationRenamed event) {
            return new Renaming(event.tenant(), event.conversation(), event.title(), event.renamedAt());
        }

        /**
         * Sets the title, unless the item has a later one, or a later deletion. Creates the item if it is missing, such as
         * when the table is rebuilt; the conversation then becomes visible with its first turn.
         */
        public UpdateItemRequest note(String table, Duration retention) {
            return UpdateItemRequest.builder()
                    .tableName(table)
                    .key(Attributes.metaKey(tenant, conversation))
                    .updateExpression(
                            "SET #title = :title, #renamed = :renamed, #expires = if_not_exists(#expires, :expires)")
                    .conditionExpression("(attribute_not_exists(#renamed) OR #renamed < :renamed)"
                            + " AND (attribute_not_exists(#deleted) OR #deleted < :renamed)")
                    .expressionAttributeNames(Map.of(
                            "#title", Attributes.GIVEN_TITLE,
                            "#renamed", Attributes.RENAMED_AT,
                            "#deleted", Attributes.DELETED_AT,
                            "#expires", Attributes.EXPIRES_AT))
                    .expressionAttributeValues(Map.of(
                            ":title", text(title),
                            ":renamed", text(renamedAt),
                            ":expires", number(renamedAt.plus(retention).getEpochSecond())))
                    .build();
        }
    }

    /**
     * A deletion of a conversation. The {@code META} item remains with nothing but the time of the deletion, so that covered
     * turns are refused if they arrive later or again.
     *
     * <p>First {@link #bury}, which hides the conversation; if its condition fails, {@link #remember}; then all items of
     * {@link #turns} are to be removed. Idempotent.
     */
    public record Deletion(TenantId tenant, ConversationId conversation, Instant deletedAt) {
        /** The retention of a deletion, longer than any covered generation can still be running. */
        private static final Duration STRAGGLERS = Duration.ofDays(1);

        public static Deletion of(ConversationDeleted event) {
            return new Deletion(event.tenant(), event.conversation(), event.deletedAt());
        }

        /** Clears the {@code META} item of a conversation that started before the deletion. Returns the item. */
        public UpdateItemRequest bury(String table, Duration retention) {
            return returning(table)
                    .updateExpression(
                            "SET #deleted = :deleted, #expires = :expires"
                                    + " REMOVE #conversation, #first, #user, #user_key, #title, #given, #renamed, #created, #updated")
                    .conditionExpression("(attribute_not_exists(#deleted) OR #deleted < :deleted)"
                            + " AND (attribute_not_exists(#first) OR #first < :boundary)")
                    .expressionAttributeNames(Map.ofEntries(
                            Map.entry("#deleted", Attributes.DELETED_AT),
                            Map.entry("#expires", Attributes.EXPIRES_AT),
                            Map.entry("#conversation", Attributes.CONVERSATION),
                            Map.entry("#first", Attributes.FIRST_GENERATION),
                            Map.entry("#user", Attributes.USER),
                            Map.entry("#user_key", Attributes.USER_KEY),
                            Map.entry("#title", Attributes.TITLE),
                            Map.entry("#given", Attributes.GIVEN_TITLE),
                            Map.entry("#renamed", Attributes.RENAMED_AT),
                            Map.entry("#created", Attributes.CREATED_AT),
                            Map.entry("#updated", Attributes.UPDATED_AT)))
                    .expressionAttributeValues(Map.of(
                            ":deleted", text(deletedAt),
                            ":boundary",
                                    text(GenerationId.boundaryAfter(deletedAt).value()),
                            ":expires",
                                    number(deletedAt
                                            .plus(retention)
                                            .plus(STRAGGLERS)
                                            .getEpochSecond())))
                    .build();
        }

        /**
         * Sets the time of the deletion in the item of a conversation that has been started anew since. Returns the item.
         */
        public UpdateItemRequest remember(String table) {
            return returning(table)
                    .updateExpression("SET #deleted = :deleted")
                    .conditionExpression("attribute_not_exists(#deleted) OR #deleted < :deleted")
                    .expressionAttributeNames(Map.of("#deleted", Attributes.DELETED_AT))
                    .expressionAttributeValues(Map.of(":deleted", text(deletedAt)))
                    .build();
        }

        private UpdateItemRequest.Builder returning(String table) {
            return UpdateItemRequest.builder()
                    .tableName(table)
                    .key(Attributes.metaKey(tenant, conversation))
                    .returnValues(ReturnValue.ALL_NEW)
                    .returnValuesOnConditionCheckFailure(ReturnValuesOnConditionCheckFailure.ALL_OLD);
        }

        /**
         * The query for the keys of the items to remove: all turns of a hidden conversation, otherwise those that the
         * deletion covers.
         */
        public QueryRequest turns(String table, Map<String, AttributeValue> meta) {
            String end = ConversationSummary.isShown(meta)
                    ? Attributes.afterTurnsDeletedAt(deletedAt)
                    : Attributes.afterAllTurns();
            return QueryRequest.builder()
                    .tableName(table)
                    .consistentRead(true)
                    .keyConditionExpression("#pk = :conversation AND #sk BETWEEN :from AND :to")
                    .projectionExpression("#pk, #sk")
                    .expressionAttributeNames(Map.of("#pk", Attributes.PARTITION_KEY, "#sk", Attributes.SORT_KEY))
                    .expressionAttributeValues(Map.of(
                            ":conversation", text(Attributes.conversationKey(tenant, conversation)),
                            ":from", text(Attributes.beforeAllTurns()),
                            ":to", text(end)))
                    .build();
        }
    }
}
