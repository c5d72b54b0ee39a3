package dev.parley.persistence.dynamodb;

import dev.parley.persistence.retry.Deadline;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Gatherers;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.BatchGetItemResponse;
import software.amazon.awssdk.services.dynamodb.model.KeysAndAttributes;
import software.amazon.awssdk.services.dynamodb.model.WriteRequest;

/** Reads and writes many items, in batches of the size that DynamoDB allows, and repeats unprocessed ones. */
final class BatchCalls {
    private static final int KEYS_MAX = 100;
    /** The items that one call writes. */
    static final int ITEMS_MAX = 25;

    private final DynamoDbClient dynamoDb;
    private final String table;
    private final DynamoDbCalls calls;

    BatchCalls(DynamoDbClient dynamoDb, String table, DynamoDbCalls calls) {
        this.dynamoDb = dynamoDb;
        this.table = table;
        this.calls = calls;
    }

    /** The existing items of distinct keys, by key: with the key and the attribute. Reads are consistent. */
    Map<Map<String, AttributeValue>, Map<String, AttributeValue>> find(
            List<Map<String, AttributeValue>> keys, String attribute, Deadline deadline) {
        Map<Map<String, AttributeValue>, Map<String, AttributeValue>> found = new HashMap<>();
        keys.stream()
                .gather(Gatherers.windowFixed(KEYS_MAX))
                .flatMap(some -> items(some, attribute, deadline).stream())
                .forEach(item -> {
                    Map<String, AttributeValue> key = new HashMap<>(item);
                    key.keySet().retainAll(keys.getFirst().keySet());
                    found.put(key, item);
                });
        return found;
    }

    private List<Map<String, AttributeValue>> items(
            List<Map<String, AttributeValue>> keys, String attribute, Deadline deadline) {
        List<Map<String, AttributeValue>> items = new ArrayList<>();
        Map<String, KeysAndAttributes> pending = Map.of(
                table,
                KeysAndAttributes.builder()
                        .keys(keys)
                        .consistentRead(true)
                        .projectionExpression(String.join(", ", keys.getFirst().keySet()) + ", " + attribute)
                        .build());
        for (int failures = 0; !pending.isEmpty(); failures++) {
            calls.pauseForUnprocessed(failures, deadline);
            Map<String, KeysAndAttributes> wanted = pending;
            BatchGetItemResponse response =
                    calls.call(deadline, () -> dynamoDb.batchGetItem(get -> get.requestItems(wanted)));
            items.addAll(response.responses().getOrDefault(table, List.of()));
            pending = response.unprocessedKeys();
        }
        return items;
    }

    /** Puts items with distinct keys. Returns when all are written. */
    void put(List<Map<String, AttributeValue>> items, Deadline deadline) {
        write(
                items.stream()
                        .map(item -> WriteRequest.builder()
                                .putRequest(put -> put.item(item))
                                .build())
                        .toList(),
                deadline);
    }

    /** Deletes the items of distinct keys. Returns when all are deleted. */
    void delete(List<Map<String, AttributeValue>> keys, Deadline deadline) {
        write(
                keys.stream()
                        .map(key -> WriteRequest.builder()
                                .deleteRequest(delete -> delete.key(key))
                                .build())
                        .toList(),
                deadline);
    }

    private void write(List<WriteRequest> requests, Deadline deadline) {
        requests.stream().gather(Gatherers.windowFixed(ITEMS_MAX)).forEach(some -> writeAtOnce(some, deadline));
    }

    /** A response with fewer unprocessed items than the one before is progress, however many are left. */
    private void writeAtOnce(List<WriteRequest> requests, Deadline deadline) {
        List<WriteRequest> pending = requests;
        for (int failures = 0; !pending.isEmpty(); failures++) {
            calls.pauseForUnprocessed(failures, deadline);
            Map<String, List<WriteRequest>> batch = Map.of(table, pending);
            List<WriteRequest> unprocessed = calls.call(
                            deadline, () -> dynamoDb.batchWriteItem(write -> write.requestItems(batch)))
                    .unprocessedItems()
                    .getOrDefault(table, List.of());
            if (unprocessed.size() < pending.size()) {
                deadline.progressed();
                failures = 0;
            }
            pending = unprocessed;
        }
    }
}
