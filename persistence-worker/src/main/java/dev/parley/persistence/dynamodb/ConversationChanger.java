package dev.parley.persistence.dynamodb;

import dev.parley.conversations.ConversationChanges.Deletion;
import dev.parley.conversations.ConversationChanges.Renaming;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.ConditionalCheckFailedException;
import software.amazon.awssdk.services.dynamodb.model.UpdateItemRequest;

/** Renames and deletes conversations, each step on the condition that the table has nothing newer. */
final class ConversationChanger {
    private final DynamoDbClient dynamoDb;
    private final String table;
    private final Duration retention;
    private final BatchWriter writer;
    private final DynamoDbCalls calls;

    ConversationChanger(DynamoDbClient dynamoDb, StoreSettings settings, BatchWriter writer, DynamoDbCalls calls) {
        this.dynamoDb = dynamoDb;
        this.table = settings.table();
        this.retention = settings.retention();
        this.writer = writer;
        this.calls = calls;
    }

    void rename(Renaming renaming, Instant deadline) {
        calls.call(deadline, () -> update(renaming.note(table, retention)));
    }

    /** Hides the conversation first, so that no reader sees a part of it. */
    void delete(Deletion deletion, Instant deadline) {
        calls.call(deadline, () -> update(deletion.bury(table, retention)));
        remove(deletion, calls.call(deadline, () -> update(deletion.remember(table))), deadline);
    }

    private void remove(Deletion deletion, Map<String, AttributeValue> meta, Instant deadline) {
        List<Map<String, AttributeValue>> keys = calls.call(
                deadline,
                () -> dynamoDb.queryPaginator(deletion.turns(table, meta)).items().stream()
                        .toList());
        writer.delete(keys, deadline);
    }

    /** The item afterwards, changed or not, with the requested attributes. */
    private Map<String, AttributeValue> update(UpdateItemRequest request) {
        try {
            return dynamoDb.updateItem(request).attributes();
        } catch (ConditionalCheckFailedException e) {
            return e.item();
        }
    }
}
