package dev.parley.similar;

import dev.parley.similar.ReadQuestion.Eligible;
import dev.parley.similar.ReadQuestion.Ineligible;
import dev.parley.similar.WordPieces.Pieces;

/** Reads questions: their eligibility, their surface and their vectors. */
public final class QuestionReader {
    private final Eligibility eligibility;
    private final OnnxEmbedder embedder;

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
        QuestionFeatures question = QuestionFeatures.of(text);
        Pieces pieces = pieces(question);
        return eligibility
                .exclusion(question, pieces)
                .<ReadQuestion>map(Ineligible::new)
                .orElseGet(() -> read(question, pieces));
    }

    /** The pieces of a question, which are cheap to compute. */
    Pieces pieces(QuestionFeatures question) {
        return embedder.pieces(question.normalised());
    }

    /** Reads a question that was eligible when it was stored. Takes milliseconds of processor time. */
    Eligible reread(QuestionFeatures question) {
        return read(question, pieces(question));
    }

    private Eligible read(QuestionFeatures question, Pieces pieces) {
        Embedding embedding = embedder.embed(pieces.first(Eligibility.PIECES_MAX));
        return new Eligible(question, embedding, QuestionVector.of(embedding));
    }
}
