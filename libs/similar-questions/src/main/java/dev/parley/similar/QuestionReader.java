package dev.parley.similar;

import dev.parley.similar.Eligibility.Reason;
import dev.parley.similar.ReadQuestion.Eligible;
import dev.parley.similar.ReadQuestion.Ineligible;
import dev.parley.similar.WordPieces.Pieces;
import java.util.Optional;
import java.util.function.Consumer;

/** Reads questions: their eligibility, their surface and their vectors. Thread-safe. */
public final class QuestionReader {
    private final Eligibility eligibility;
    private final OnnxEmbedder embedder;
    private final RecentEmbeddings recent = new RecentEmbeddings();

    public QuestionReader(Eligibility eligibility, OnnxEmbedder embedder) {
        this.eligibility = eligibility;
        this.embedder = embedder;
    }

    /** Names what makes vectors comparable. */
    public String model() {
        return embedder.model();
    }

    /** Reads a question. Takes milliseconds of processor time if it is eligible. */
    public ReadQuestion read(String text) {
        return read(text, _ -> {}, () -> {});
    }

    /**
     * The same.
     *
     * @param steps is told each step that has ended
     * @param whenEligible is run if the question is eligible, before its vector is computed, which takes nearly all of the time
     */
    public ReadQuestion read(String text, Consumer<LookupStep> steps, Runnable whenEligible) {
        QuestionFeatures question = QuestionFeatures.of(text);
        steps.accept(LookupStep.NORMALISE);
        Pieces pieces = pieces(question);
        Optional<Reason> exclusion = eligibility.exclusion(question, pieces);
        steps.accept(LookupStep.ELIGIBILITY);
        if (exclusion.isPresent()) {
            return new Ineligible(exclusion.get());
        }
        whenEligible.run();
        Eligible eligible = eligible(question, embedding(pieces));
        steps.accept(LookupStep.EMBEDDING);
        return eligible;
    }

    /** The pieces of a question, which are cheap to compute. */
    Pieces pieces(QuestionFeatures question) {
        return embedder.pieces(question.normalised());
    }

    /** Reads a question that was eligible when it was stored. Takes milliseconds of processor time if it was not read lately. */
    Eligible reread(QuestionFeatures question) {
        return eligible(question, recent.get(question.normalised(), () -> embedding(pieces(question))));
    }

    private Embedding embedding(Pieces pieces) {
        return embedder.embed(pieces.first(Eligibility.PIECES_MAX));
    }

    private static Eligible eligible(QuestionFeatures question, Embedding embedding) {
        return new Eligible(question, embedding, QuestionVector.of(embedding));
    }
}
