package dev.parley.contracts.event;

import dev.parley.contracts.TextEnum;

/** How readily the answer to a similar question is reused. */
public enum SimilarMode implements TextEnum {
    /** Never. */
    OFF,
    /** Only for nearly the same wording. */
    STRICT,
    /** For more wordings, within the promised bound of errors. */
    STANDARD,
    /** As {@link #STANDARD}; a judge decides where the gates cannot, before Claude is asked. */
    JUDGED,
    /** As {@link #JUDGED}, while Claude is asked at the same time. */
    HEDGED;

    public boolean asksJudge() {
        return this == JUDGED || this == HEDGED;
    }
}
