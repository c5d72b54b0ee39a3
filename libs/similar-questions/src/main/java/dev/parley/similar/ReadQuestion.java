package dev.parley.similar;

/** A question as {@link QuestionReader} has read it for the gates. */
public sealed interface ReadQuestion {
    /** It may be answered with the answer to another question. */
    record Eligible(QuestionFeatures question, Embedding embedding, QuestionVector vector) implements ReadQuestion {}

    /** It must be answered itself. */
    record Ineligible(Eligibility.Reason reason) implements ReadQuestion {}
}
