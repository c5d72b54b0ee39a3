package dev.parley.persistence.dynamodb;

import dev.parley.conversations.ConversationActivity;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.ConditionalCheckFailedException;

/** Updates conversations in parallel, each on the condition that the table has nothing newer. */
final class ConversationUpdater {
    private final DynamoDbClient dynamoDb;
    private final String table;
    private final Duration retention;
    private final DynamoDbCalls calls;

    /** Bounds the conversations that are updated at a time by all consumers. */
    private final Semaphore permits;

    ConversationUpdater(DynamoDbClient dynamoDb, StoreSettings settings, DynamoDbCalls calls) {
        this.dynamoDb = dynamoDb;
        this.table = settings.table();
        this.retention = settings.retention();
        this.calls = calls;
        this.permits = new Semaphore(settings.updatesMax());
    }

    /**
     * Updates distinct conversations. Returns when all are up to date.
     *
     * @return those that were not updated, because they have been deleted meanwhile
     */
    List<ConversationActivity> update(Collection<ConversationActivity> activities, Instant deadline) {
        List<Future<Optional<ConversationActivity>>> updates = new ArrayList<>();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            activities.forEach(activity -> updates.add(threads.submit(() -> updateOne(activity, deadline))));
        }
        return updates.stream().flatMap(update -> result(update).stream()).toList();
    }

    /** The activity, if its conversation has been deleted. */
    private Optional<ConversationActivity> updateOne(ConversationActivity activity, Instant deadline) {
        permits.acquireUninterruptibly();
        try {
            Map<String, AttributeValue> known = calls.call(deadline, () -> advance(activity));
            if (activity.isDeletedBy(known)) {
                return Optional.of(activity);
            }
            if (activity.beganBefore(known)) {
                calls.call(deadline, () -> begin(activity));
            }
            return Optional.empty();
        } finally {
            permits.release();
        }
    }

    /** The item afterwards. */
    private Map<String, AttributeValue> advance(ConversationActivity activity) {
        try {
            return dynamoDb.updateItem(activity.advance(table, retention)).attributes();
        } catch (ConditionalCheckFailedException e) {
            return e.item();
        }
    }

    private boolean begin(ConversationActivity activity) {
        try {
            dynamoDb.updateItem(activity.begin(table));
            return true;
        } catch (ConditionalCheckFailedException e) {
            return false;
        }
    }

    private static <T> T result(Future<T> update) {
        try {
            return update.get();
        } catch (ExecutionException e) {
            throw e.getCause() instanceof RuntimeException cause ? cause : new IllegalStateException(e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while conversations were updated", e);
        }
    }
}
