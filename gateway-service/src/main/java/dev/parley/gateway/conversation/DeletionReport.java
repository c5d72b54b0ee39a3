package dev.parley.gateway.conversation;

import com.fasterxml.jackson.annotation.JsonValue;
import dev.parley.contracts.id.ConversationId;
import dev.parley.contracts.topic.Topics;
import java.time.Instant;
import java.util.List;

/**
 * What became of a deleted conversation, for the client. The log cannot be cleared of single records: it says which topics
 * may still hold what was said, and until when.
 *
 * @param storedMessages the items of the table
 * @param cachedAnswers the answers in Redis; cache-service takes the order from the log, nobody waits for it
 */
public record DeletionReport(
        ConversationId id, Instant deletedAt, Progress storedMessages, Progress cachedAnswers, List<Remains> log) {
    /** A topic removes whole segments, which hold an eighth of its retention. */
    private static final int SEGMENTS = 8;

    /** How far the deletion has come. */
    public enum Progress {
        DELETED("deleted"),
        BEING_DELETED("being_deleted");

        private final String text;

        Progress(String text) {
            this.text = text;
        }

        @JsonValue
        public String text() {
            return text;
        }
    }

    /**
     * What a topic may still hold.
     *
     * @param retentionHours how long it keeps a record
     * @param goneBy when the last record that was written before the deletion is gone
     */
    public record Remains(String topic, long retentionHours, Instant goneBy) {}

    public static DeletionReport of(ConversationId conversation, Instant deletedAt, boolean erased) {
        return new DeletionReport(
                conversation,
                deletedAt,
                erased ? Progress.DELETED : Progress.BEING_DELETED,
                Progress.BEING_DELETED,
                Topics.withMessages().stream()
                        .map(topic -> new Remains(
                                topic.name(),
                                topic.retention().toHours(),
                                deletedAt
                                        .plus(topic.retention())
                                        .plus(topic.retention().dividedBy(SEGMENTS))))
                        .toList());
    }
}
