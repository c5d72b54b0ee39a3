package dev.parley.answercache;

/** The store of what audits have found, shared by all replicas. */
public interface AuditStore {
    /**
     * Counts a reused answer that was judged.
     *
     * @return the counts with it
     * @throws CacheUnavailableException if the store does not respond
     */
    AuditCounts count(QuestionPartition partition, boolean wrong);

    /**
     * The counts of a partition.
     *
     * @throws CacheUnavailableException if the store does not respond
     */
    AuditCounts counts(QuestionPartition partition);
}
