package dev.parley.answercache;

import dev.parley.contracts.id.Fingerprint;
import dev.parley.contracts.id.GenerationId;
import dev.parley.contracts.id.TenantId;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** The store of questions whose answers are cached. It throws a {@link CacheUnavailableException} if it does not respond. */
public interface QuestionStore {
    /**
     * A question as it was stored.
     *
     * @param position of the question in its partition
     * @param vector a signed byte per dimension; not to be modified
     */
    record Entry(
            String position,
            AnsweredQuestion question,
            @SuppressWarnings("ArrayRecordComponent") byte[] vector) {}

    /**
     * Stores a question. Its text is removed with the conversation, as its answer is; beyond a number of questions the oldest of
     * the partition are removed, and so are those that must have expired.
     *
     * @param remaining time to live, at least a millisecond
     */
    void put(
            QuestionPartition partition,
            ConversationKey conversation,
            AnsweredQuestion question,
            String text,
            byte[] vector,
            Duration remaining);

    /** The questions of a partition after a known position, empty for none, in the order in which they were stored. */
    List<Entry> after(QuestionPartition partition, String position);

    /** The text of a question; empty if it has expired or been removed. */
    Optional<String> text(AnswerKey answer);

    /** The questions of answers that may serve a wording, in one call; without those that have expired or been removed. */
    Candidates candidates(Wording wording, Set<AnswerKey> answers);

    /** The question whose answer is permitted for a wording, if it is stored and its answer is not vetoed. */
    Optional<AnsweredQuestion> permitted(Wording wording);

    /**
     * Remembers that the answer to a question serves a wording, as long as the answer is stored.
     *
     * @param conversations those of the wording and of the question; the permission is removed with either, and no veto is
     */
    void permit(Wording wording, Set<ConversationKey> conversations, AnsweredQuestion source);

    /**
     * Remembers for which wording an answer is reused, as long as the answer is stored. Does not block; a failure is ignored.
     *
     * @param generation that reuses it
     */
    void reused(GenerationId generation, Wording wording, Fingerprint answer);

    /** Vetoes the answer that a generation has reused, for its wording; false if it has reused none that is still stored. */
    boolean revoke(TenantId tenant, GenerationId generation);

    /** Remembers that an answer does not serve a wording, as long as its question is stored, whatever is permitted. */
    void veto(Wording wording, Fingerprint answer);

    /** Removes a question with its vectors and the vetoes on its answer, which is permitted for no wording then. */
    void remove(AnswerKey answer);
}
