package dev.parley.answercache;

/**
 * What the audit of a partition has found.
 *
 * @param audited reused answers that were judged
 * @param wrong of them, those that do not serve the question
 */
public record AuditCounts(long audited, long wrong) {
    public static final AuditCounts NONE = new AuditCounts(0, 0);
}
