package dev.parley.persistence.dynamodb;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.BatchGetItemRequest;
import software.amazon.awssdk.services.dynamodb.model.BatchGetItemResponse;
import software.amazon.awssdk.services.dynamodb.model.KeysAndAttributes;

/**
 * Reads one attribute of many items, 100 at a time, the limit of {@code BatchGetItem}. Reads are consistent.
 */
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

    /** The existing items of distinct keys, by key: with the key and the attribute. */
    Map<Map<String, AttributeValue>, Map<String, AttributeValue>> find(
            List<Map<String, AttributeValue>> keys, String attribute, Instant deadline) {
        Map<Map<String, AttributeValue>, Map<String, AttributeValue>> found = new HashMap<>();
        for (int from = 0; from < keys.size(); from += KEYS_MAX) {
            List<Map<String, AttributeValue>> some = keys.subList(from, Math.min(from + KEYS_MAX, keys.size()));
            for (Map<String, AttributeValue> item : items(some, attribute, deadline)) {
                Map<String, AttributeValue> key = new HashMap<>(item);
                key.keySet().retainAll(some.getFirst().keySet());
                found.put(key, item);
            }
        }
        return found;
    }

    private List<Map<String, AttributeValue>> items(
            List<Map<String, AttributeValue>> keys, String attribute, Instant deadline) {
        List<Map<String, AttributeValue>> items = new ArrayList<>();
        Map<String, KeysAndAttributes> pending = Map.of(table, wanted(keys, attribute));
        for (int failures = 0; !pending.isEmpty(); failures++) {
            if (failures > 0) {
                calls.pauseForUnprocessed(failures, deadline);
            }
            BatchGetItemRequest request =
                    BatchGetItemRequest.builder().requestItems(pending).build();
            BatchGetItemResponse response = calls.call(deadline, () -> dynamoDb.batchGetItem(request));
            items.addAll(response.responses().getOrDefault(table, List.of()));
            pending = response.unprocessedKeys();
        }
        return items;
    }

    private static KeysAndAttributes wanted(List<Map<String, AttributeValue>> keys, String attribute) {
        return KeysAndAttributes.builder()
                .keys(keys)
                .consistentRead(true)
                .projectionExpression(String.join(", ", keys.getFirst().keySet()) + ", " + attribute)
                .build();
    }
}
