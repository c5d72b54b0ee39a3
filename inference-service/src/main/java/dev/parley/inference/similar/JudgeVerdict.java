package dev.parley.inference.similar;

import dev.parley.contracts.TextEnum;
import dev.parley.contracts.event.SimilarCheck;
import dev.parley.inference.generation.judging.Judging;

/** The result of asking a judge. All but {@link #YES} are a miss. */
enum JudgeVerdict implements TextEnum {
    YES,
    NO,
    /** Neither yes nor no. */
    UNCLEAR,
    /** Not within the time limit, or not before Claude responded. */
    LATE,
    /** The call failed, or the circuit breaker is open. */
    FAILED,
    /** Too many calls at once. */
    CROWDED,
    /** The answer is too long, or a text addresses the judge. */
    UNSUITABLE;

    String gate() {
        return switch (this) {
            case YES -> SimilarCheck.REUSED_BY_JUDGE;
            case LATE -> Judging.LATE;
            case CROWDED -> Judging.CROWDED;
            case UNSUITABLE -> Judging.UNSUITABLE;
            case NO, UNCLEAR, FAILED -> Judging.GATE + text();
        };
    }
}
