package dev.parley.inference.similar;

import dev.parley.contracts.Bounds;
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
        Bounds.share("share", share);
        Bounds.atLeast("running-max", runningMax, 1);
        Bounds.share("wrong-share-max", wrongShareMax);
        Bounds.atLeast("audited-min", auditedMin, 1);
        Bounds.positive("memory", memory);
    }
}
