package dev.parley.persistence.dynamodb;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.BatchWriteItemRequest;
import software.amazon.awssdk.services.dynamodb.model.WriteRequest;

/** Puts items by 25, the most that {@code BatchWriteItem} takes, and what it leaves unprocessed again. */
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

    /** Puts all of the items, whose keys differ. Returns when they are there. */
    void put(List<Map<String, AttributeValue>> items, Instant deadline) {
        for (int from = 0; from < items.size(); from += ITEMS_MAX) {
            List<WriteRequest> batch = new ArrayList<>();
            items.subList(from, Math.min(from + ITEMS_MAX, items.size()))
                    .forEach(item -> batch.add(WriteRequest.builder()
                            .putRequest(put -> put.item(item))
                            .build()));
            write(batch, deadline);
        }
    }

    private void write(List<WriteRequest> batch, Instant deadline) {
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
