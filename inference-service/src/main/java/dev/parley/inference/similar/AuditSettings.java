package dev.parley.inference.similar;

import java.time.Duration;

/**
 * The audit of reused answers.
 *
 * @param share of the answers to similar questions that are judged afterwards, from 0 to 1
 * @param runningMax audits at once; further answers are not audited
 * @param wrongShareMax similar questions are off for a partition of which more is wrong with a confidence of 95 %
 * @param auditedMin the least number of audits before that
 * @param memory for which a partition's counts are kept after its last audit
 */
public record AuditSettings(double share, int runningMax, double wrongShareMax, int auditedMin, Duration memory) {
    public AuditSettings {
        if (!(share >= 0 && share <= 1) || !(wrongShareMax >= 0 && wrongShareMax <= 1)) {
            throw new IllegalArgumentException("parley.inference.similar.audit: a share is from 0 to 1");
        }
    }
}
