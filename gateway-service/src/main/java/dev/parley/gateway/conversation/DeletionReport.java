package dev.parley.gateway.conversation;

import dev.parley.contracts.TextEnum;
import dev.parley.contracts.id.ConversationId;
import dev.parley.contracts.topic.Topics;
import java.time.Instant;
import java.util.List;

/**
 * The response to a deletion. Single records cannot be removed from the log, so the report names the topics that may
 * still contain messages, and until when.
 *
 * @param storedMessages progress in the table
 * @param cachedAnswers progress in Redis, which cache-service clears asynchronously
 * @param log the topics that may still contain messages
 */
public record DeletionReport(
        ConversationId id,
        Instant deletedAt,
        Progress storedMessages,
        Progress cachedAnswers,
        List<TopicRetention> log) {
    /** A topic deletes whole segments, each an eighth of its retention. */
    private static final int SEGMENTS = 8;

    public enum Progress implements TextEnum {
        DELETED,
        BEING_DELETED
    }

    /**
     * Retention of a topic that contains messages.
     *
     * @param retentionHours time that the topic retains a record
     * @param goneBy time by which the last record from before the deletion is removed
     */
    public record TopicRetention(String topic, long retentionHours, Instant goneBy) {}

    public static DeletionReport of(ConversationId conversation, Instant deletedAt, boolean erased) {
        return new DeletionReport(
                conversation,
                deletedAt,
                erased ? Progress.DELETED : Progress.BEING_DELETED,
                Progress.BEING_DELETED,
                Topics.withMessages().stream()
                        .map(topic -> new TopicRetention(
                                topic.name(),
                                topic.retention().toHours(),
                                deletedAt
                                        .plus(topic.retention())
                                        .plus(topic.retention().dividedBy(SEGMENTS))))
                        .toList());
    }
}
