package dev.parley.similar;

/** A question as the gates see it. */
public sealed interface Asked {
    /** It may be answered with the answer to another question. */
    record Eligible(Question question, Embedding embedding, QuestionVector vector) implements Asked {}

    /** It must be answered itself. */
    record Ineligible(Eligibility.Reason reason) implements Asked {}
}
