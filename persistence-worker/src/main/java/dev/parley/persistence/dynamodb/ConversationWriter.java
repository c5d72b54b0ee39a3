package dev.parley.persistence.dynamodb;

import dev.parley.contracts.event.ConversationDeleted;
import dev.parley.contracts.event.ConversationRenamed;
import dev.parley.contracts.event.MalformedEventException;
import dev.parley.conversations.ConversationActivity;
import dev.parley.conversations.ConversationChanges;
import dev.parley.conversations.ConversationReader;
import dev.parley.persistence.retry.Deadline;
import java.time.Clock;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.stream.Gatherers;
import java.util.stream.IntStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.BatchStatementRequest;
import software.amazon.awssdk.services.dynamodb.model.BatchStatementResponse;
import software.amazon.awssdk.services.dynamodb.model.ConditionalCheckFailedException;
import software.amazon.awssdk.services.dynamodb.model.QueryRequest;
import software.amazon.awssdk.services.dynamodb.model.QueryResponse;
import software.amazon.awssdk.services.dynamodb.model.UpdateItemRequest;

/** Inserts, updates, renames and deletes conversations, each step on the condition that the table has nothing newer. */
final class ConversationWriter {
    private static final Logger LOG = LoggerFactory.getLogger(ConversationWriter.class);

    /** The bound of {@code BatchExecuteStatement}. */
    private static final int STATEMENTS_MAX = 25;

    private final DynamoDbClient dynamoDb;
    private final ConversationReader reader;
    private final String table;
    private final Duration retention;
    private final BatchCalls batches;
    private final DynamoDbCalls calls;
    private final int updatesMax;

    /** Bounds the conversations that are updated at a time by all consumers. */
    private final Semaphore permits;

    ConversationWriter(
            DynamoDbClient dynamoDb, StoreSettings settings, BatchCalls batches, DynamoDbCalls calls, Clock clock) {
        this.dynamoDb = dynamoDb;
        this.reader = new ConversationReader(dynamoDb, settings.table(), clock);
        this.table = settings.table();
        this.retention = settings.retention();
        this.batches = batches;
        this.calls = calls;
        this.updatesMax = settings.updatesMax();
        this.permits = new Semaphore(updatesMax);
    }

    /**
     * Inserts distinct conversations that were not in the table, with one call for many. An insertion that fails, for whatever
     * reason, is left to {@link #update}.
     *
     * @return the conversations that were not inserted
     */
    List<ConversationActivity> insert(List<ConversationActivity> activities) {
        return activities.stream()
                .gather(Gatherers.windowFixed(STATEMENTS_MAX))
                .flatMap(some -> insertAtOnce(some).stream())
                .toList();
    }

    private List<ConversationActivity> insertAtOnce(List<ConversationActivity> activities) {
        List<BatchStatementRequest> statements = activities.stream()
                .map(activity -> activity.insert(table, retention))
                .toList();
        List<BatchStatementResponse> responses;
        try {
            responses = dynamoDb.batchExecuteStatement(batch -> batch.statements(statements))
                    .responses();
        } catch (SdkException e) {
            LOG.debug("No conversation was inserted", e);
            return activities;
        }
        return IntStream.range(0, activities.size())
                .filter(i -> responses.get(i).error() != null)
                .mapToObj(activities::get)
                .toList();
    }

    /**
     * Updates distinct conversations in parallel; returns how many were not, because they have been deleted meanwhile. Of these, the
     * turns that the deletion covers are removed again: they may have been written after it was applied.
     */
    int update(Collection<ConversationActivity> activities, Deadline deadline) {
        List<Map<String, AttributeValue>> deleted = activities.stream()
                .gather(Gatherers.mapConcurrent(updatesMax, activity -> deletedInstead(activity, deadline)))
                .flatMap(Optional::stream)
                .toList();
        deleted.forEach(meta -> removeTurns(meta, deadline));
        return deleted.size();
    }

    /** Updates a conversation, unless it has been deleted: then its {@code META} item is returned. */
    private Optional<Map<String, AttributeValue>> deletedInstead(ConversationActivity activity, Deadline deadline) {
        permits.acquireUninterruptibly();
        try {
            Map<String, AttributeValue> known = update(activity.advance(table, retention), deadline);
            if (activity.isDeletedBy(known)) {
                return Optional.of(known);
            }
            if (activity.beganBefore(known)) {
                update(activity.begin(table), deadline);
            }
            return Optional.empty();
        } finally {
            permits.release();
        }
    }

    void rename(ConversationRenamed event, Deadline deadline) {
        update(ConversationChanges.rename(event, table, retention), deadline);
    }

    /**
     * Hides the conversation first, so that no reader sees a part of it. Turns after the deletion that were stored before it show the
     * conversation again. If one of them is unreadable, because a later version wrote it, only the next turn does.
     */
    void delete(ConversationDeleted event, Deadline deadline) {
        update(ConversationChanges.tombstoneKeepingTitle(event, table, retention), deadline);
        update(ConversationChanges.tombstone(event, table, retention), deadline);
        Map<String, AttributeValue> meta = update(ConversationChanges.recordDeletion(event, table), deadline);
        removeTurns(meta, deadline);
        calls.call(deadline, () -> hiddenActivity(event, meta))
                .ifPresent(activity -> update(List.of(activity), deadline));
    }

    /** Empty also if a turn is unreadable: else the deletion, which is applied, would be taken for a malformed record. */
    private Optional<ConversationActivity> hiddenActivity(ConversationDeleted event, Map<String, AttributeValue> meta) {
        try {
            return reader.hiddenActivity(event.tenant(), event.conversation(), meta);
        } catch (MalformedEventException e) {
            LOG.error("{} may be hidden until its next turn: {}", event.conversation(), e.reason());
            return Optional.empty();
        }
    }

    /**
     * Removes all items that the deletion in a {@code META} item covers. Those of each page of up to 1 MB are removed before the next
     * page is read, so that a repetition finds fewer: there may be gigabytes, and the batch has to end within the poll interval.
     */
    private void removeTurns(Map<String, AttributeValue> meta, Deadline deadline) {
        QueryRequest.Builder turns = ConversationChanges.turns(meta, table).toBuilder();
        QueryResponse page;
        do {
            page = calls.call(deadline, () -> dynamoDb.query(turns.build()));
            batches.delete(page.items(), deadline);
            turns.exclusiveStartKey(page.lastEvaluatedKey());
            if (page.hasLastEvaluatedKey()) {
                deadline.check();
            }
        } while (page.hasLastEvaluatedKey());
    }

    /** The item afterwards, changed or not. */
    private Map<String, AttributeValue> update(UpdateItemRequest request, Deadline deadline) {
        return calls.call(deadline, () -> {
            try {
                return dynamoDb.updateItem(request).attributes();
            } catch (ConditionalCheckFailedException e) {
                return e.item();
            }
        });
    }
}
