package dev.parley.answercache;

/** What the audit of a partition has found: the reused answers that were judged, and those of them that are wrong. */
public record AuditCounts(long audited, long wrong) {
    public static final AuditCounts NONE = new AuditCounts(0, 0);
}
