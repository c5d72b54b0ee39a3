package dev.parley.answercache;

/**
 * The store of what audits have found, shared by all replicas. It throws a {@link CacheUnavailableException} if it does not
 * respond.
 */
public interface AuditStore {
    /** Counts a reused answer that was judged, and returns the counts with it. */
    AuditCounts count(QuestionPartition partition, boolean wrong);

    AuditCounts counts(QuestionPartition partition);
}
