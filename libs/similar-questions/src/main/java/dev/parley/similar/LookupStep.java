package dev.parley.similar;

/** A step of a look-up that takes processor time. A listener is told each one that has ended. */
public enum LookupStep {
    /** The question is normalised, and what it says on its surface is read. */
    NORMALISE,
    /** It is cut into word pieces, and its eligibility is checked. */
    ELIGIBILITY,
    /** Its vectors are computed. */
    EMBEDDING,
    /** The text of a candidate is read, and compared with the question. */
    LEXICAL,
    /** The vectors of a candidate are computed again for the guard, if they were not lately. */
    STORED_EMBEDDING,
    /** The trees of the guard estimate. */
    TREES,
    /** The cross-encoder of the guard estimates. */
    CROSS_ENCODER
}
