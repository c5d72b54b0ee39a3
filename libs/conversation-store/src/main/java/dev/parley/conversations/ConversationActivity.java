package dev.parley.conversations;

import static dev.parley.conversations.Attributes.number;
import static dev.parley.conversations.Attributes.text;
import static java.util.stream.Collectors.joining;

import dev.parley.contracts.event.TurnFacts;
import dev.parley.contracts.id.ConversationId;
import dev.parley.contracts.id.GenerationId;
import dev.parley.contracts.id.TenantId;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.BatchStatementRequest;
import software.amazon.awssdk.services.dynamodb.model.UpdateItemRequest;

/**
 * A summary of one or more turns of a conversation, from which its {@code META} item is updated.
 *
 * <p>The earliest generation determines the creation time, the owner and the title; the latest end determines the last
 * activity. So the order in which turns are added does not matter, and repeated turns change nothing.
 */
public record ConversationActivity(
        TenantId tenant,
        ConversationId conversation,
        GenerationId firstGeneration,
        String user,
        String title,
        Instant createdAt,
        Instant updatedAt) {
    /** The attribute of the {@code META} item that {@link #isDeletedBy} reads. */
    public static final String DELETED_AT = Attributes.DELETED_AT;

    private static final String NOT_DELETED = "(attribute_not_exists(#deleted_at) OR #deleted_at < :made)";

    /** The summary of one turn. */
    public static ConversationActivity of(TurnFacts facts) {
        return new ConversationActivity(
                facts.tenant(),
                facts.conversation(),
                facts.generation(),
                facts.user(),
                Title.of(facts.request()),
                facts.receivedAt(),
                facts.endedAt());
    }

    /** The summary of both, which must belong to the same conversation. */
    public ConversationActivity plus(ConversationActivity other) {
        ConversationActivity first = other.beganBefore(firstGeneration.value()) ? other : this;
        Instant latest = other.updatedAt.isAfter(updatedAt) ? other.updatedAt : updatedAt;
        return new ConversationActivity(
                tenant, conversation, first.firstGeneration, first.user, first.title, first.createdAt, latest);
    }

    public Map<String, AttributeValue> key() {
        return Attributes.metaKey(tenant, conversation);
    }

    /** Whether the {@code META} item contains a deletion that covers the earliest of these turns. */
    public boolean isDeletedBy(Map<String, AttributeValue> meta) {
        return ConversationSummary.isDeleted(meta, firstGeneration);
    }

    /** Inserts the {@code META} item, unless there is one. */
    public BatchStatementRequest insert(String table, Duration retention) {
        Map<String, AttributeValue> item = new LinkedHashMap<>(key());
        item.put(Attributes.CONVERSATION, text(conversation.value()));
        item.put(Attributes.FIRST_GENERATION, text(firstGeneration.value()));
        item.put(Attributes.USER, text(user));
        item.put(Attributes.USER_KEY, text(Attributes.userKey(tenant, user)));
        item.put(Attributes.TITLE, text(title));
        item.put(Attributes.CREATED_AT, text(createdAt));
        item.put(Attributes.UPDATED_AT, text(updatedAt));
        item.put(Attributes.EXPIRES_AT, expiresAt(retention));
        String values = item.keySet().stream().map("'%s': ?"::formatted).collect(joining(", "));
        return BatchStatementRequest.builder()
                .statement("INSERT INTO \"%s\" VALUE {%s}".formatted(table, values))
                .parameters(item.values())
                .build();
    }

    /**
     * Updates the last activity, unless the item has a later one, or a deletion that covers this one. The item is returned
     * whether the condition holds or fails, for {@link #isDeletedBy} and {@link #beganBefore(Map)}.
     */
    public UpdateItemRequest advance(String table, Duration retention) {
        return ConversationChanges.update(
                table,
                key(),
                "SET #conversation = if_not_exists(#conversation, :conversation),"
                        + " #first_generation = if_not_exists(#first_generation, :first),"
                        + " #user = if_not_exists(#user, :user),"
                        + " #user_key = if_not_exists(#user_key, :user_key),"
                        + " #title = if_not_exists(#title, :title),"
                        + " #created_at = if_not_exists(#created_at, :created),"
                        + " #updated_at = :updated, #expires_at = :expires",
                "(attribute_not_exists(#updated_at) OR #updated_at < :updated) AND " + NOT_DELETED,
                Map.of(
                        ":conversation", text(conversation.value()),
                        ":first", text(firstGeneration.value()),
                        ":user", text(user),
                        ":user_key", text(Attributes.userKey(tenant, user)),
                        ":title", text(title),
                        ":created", text(createdAt),
                        ":updated", text(updatedAt),
                        ":made", text(firstGeneration.madeAt()),
                        ":expires", expiresAt(retention)));
    }

    private AttributeValue expiresAt(Duration retention) {
        return number(updatedAt.plus(retention).getEpochSecond());
    }

    /** Whether the conversation started earlier than in the {@code META} item, so that {@link #begin} is needed. */
    public boolean beganBefore(Map<String, AttributeValue> meta) {
        return beganBefore(
                Attributes.required(meta, Attributes.FIRST_GENERATION).s());
    }

    private boolean beganBefore(String generation) {
        return firstGeneration.value().compareTo(generation) < 0;
    }

    /** Updates the start of the conversation, unless the item has an earlier one, or a deletion that covers this one. */
    public UpdateItemRequest begin(String table) {
        return ConversationChanges.update(
                table,
                key(),
                "SET #first_generation = :first, #user = :user, #user_key = :user_key,"
                        + " #title = :title, #created_at = :created",
                "#first_generation > :first AND " + NOT_DELETED,
                Map.of(
                        ":first", text(firstGeneration.value()),
                        ":user", text(user),
                        ":user_key", text(Attributes.userKey(tenant, user)),
                        ":title", text(title),
                        ":made", text(firstGeneration.madeAt()),
                        ":created", text(createdAt)));
    }
}
