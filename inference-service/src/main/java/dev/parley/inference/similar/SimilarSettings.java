package dev.parley.inference.similar;

import dev.parley.answercache.lookup.LookupSettings;
import dev.parley.contracts.Bounds;
import java.util.List;

/**
 * The look-up of similar questions, for the keys that permit it.
 *
 * @param lookup its time limit and its circuit breaker
 * @param judge of the keys that permit one
 * @param audit of reused answers
 * @param partitionMax the questions of a partition in memory; those that were stored or reused the longest time ago are dropped
 * @param questionsMax the questions of all partitions in memory, at about 600 bytes each; a partition counts as one more. The
 *     least recently used partitions are dropped
 * @param excluded regular expressions; a question whose normalised text contains one is never answered with another's answer
 */
public record SimilarSettings(
        LookupSettings lookup,
        JudgeSettings judge,
        AuditSettings audit,
        int partitionMax,
        int questionsMax,
        List<String> excluded) {
    public SimilarSettings {
        Bounds.atLeast("partition-max", partitionMax, 1);
        Bounds.atLeast("questions-max", questionsMax, 1);
    }
}
