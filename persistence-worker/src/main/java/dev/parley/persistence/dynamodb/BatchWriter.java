package dev.parley.persistence.dynamodb;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.BatchWriteItemRequest;
import software.amazon.awssdk.services.dynamodb.model.WriteRequest;

/** Puts or deletes items, 25 at a time, the limit of {@code BatchWriteItem}, and repeats unprocessed ones. */
final class BatchWriter {
    static final int ITEMS_MAX = 25;

    private final DynamoDbClient dynamoDb;
    private final String table;
    private final DynamoDbCalls calls;

    BatchWriter(DynamoDbClient dynamoDb, String table, DynamoDbCalls calls) {
        this.dynamoDb = dynamoDb;
        this.table = table;
        this.calls = calls;
    }

    /** Puts items with distinct keys. Returns when all are written. */
    void put(List<Map<String, AttributeValue>> items, Instant deadline) {
        write(
                items.stream()
                        .map(item -> WriteRequest.builder()
                                .putRequest(put -> put.item(item))
                                .build())
                        .toList(),
                deadline);
    }

    /** Deletes the items of distinct keys. Returns when all are deleted. */
    void delete(List<Map<String, AttributeValue>> keys, Instant deadline) {
        write(
                keys.stream()
                        .map(key -> WriteRequest.builder()
                                .deleteRequest(delete -> delete.key(key))
                                .build())
                        .toList(),
                deadline);
    }

    private void write(List<WriteRequest> requests, Instant deadline) {
        for (int from = 0; from < requests.size(); from += ITEMS_MAX) {
            writeBatch(requests.subList(from, Math.min(from + ITEMS_MAX, requests.size())), deadline);
        }
    }

    private void writeBatch(List<WriteRequest> batch, Instant deadline) {
        List<WriteRequest> pending = batch;
        for (int failures = 0; !pending.isEmpty(); failures++) {
            if (failures > 0) {
                calls.pauseForUnprocessed(failures, deadline);
            }
            BatchWriteItemRequest request = BatchWriteItemRequest.builder()
                    .requestItems(Map.of(table, pending))
                    .build();
            pending = calls.call(deadline, () -> dynamoDb.batchWriteItem(request))
                    .unprocessedItems()
                    .getOrDefault(table, List.of());
        }
    }
}
