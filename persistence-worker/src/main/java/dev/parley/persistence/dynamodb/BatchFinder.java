package dev.parley.persistence.dynamodb;

import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.BatchGetItemRequest;
import software.amazon.awssdk.services.dynamodb.model.BatchGetItemResponse;
import software.amazon.awssdk.services.dynamodb.model.KeysAndAttributes;

/** Finds which items are there, by 100, the most that {@code BatchGetItem} takes. Reads are consistent. */
final class BatchFinder {
    static final int KEYS_MAX = 100;

    private final DynamoDbClient dynamoDb;
    private final String table;
    private final DynamoDbCalls calls;

    BatchFinder(DynamoDbClient dynamoDb, String table, DynamoDbCalls calls) {
        this.dynamoDb = dynamoDb;
        this.table = table;
        this.calls = calls;
    }

    /** Those of the keys, which all differ, that have an item. */
    Set<Map<String, AttributeValue>> present(List<Map<String, AttributeValue>> keys, Instant deadline) {
        Set<Map<String, AttributeValue>> present = new HashSet<>();
        for (int from = 0; from < keys.size(); from += KEYS_MAX) {
            find(keys.subList(from, Math.min(from + KEYS_MAX, keys.size())), present, deadline);
        }
        return present;
    }

    private void find(
            List<Map<String, AttributeValue>> keys, Set<Map<String, AttributeValue>> present, Instant deadline) {
        Map<String, KeysAndAttributes> pending = Map.of(table, onlyKeys(keys));
        for (int failures = 0; !pending.isEmpty(); failures++) {
            if (failures > 0) {
                calls.pauseForUnprocessed(failures, deadline);
            }
            BatchGetItemRequest request =
                    BatchGetItemRequest.builder().requestItems(pending).build();
            BatchGetItemResponse response = calls.call(deadline, () -> dynamoDb.batchGetItem(request));
            present.addAll(response.responses().getOrDefault(table, List.of()));
            pending = response.unprocessedKeys();
        }
    }

    private static KeysAndAttributes onlyKeys(List<Map<String, AttributeValue>> keys) {
        return KeysAndAttributes.builder()
                .keys(keys)
                .consistentRead(true)
                .projectionExpression(String.join(", ", keys.getFirst().keySet()))
                .build();
    }
}
