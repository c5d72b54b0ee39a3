package dev.parley.similar;

import dev.parley.similar.Eligibility.Reason;
import dev.parley.similar.ReadQuestion.Eligible;
import dev.parley.similar.ReadQuestion.Ineligible;
import dev.parley.similar.WordPieces.Pieces;
import java.util.Optional;
import java.util.function.Consumer;

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
        return read(text, _ -> {});
    }

    /**
     * The same.
     *
     * @param steps is told each step that has ended
     */
    public ReadQuestion read(String text, Consumer<LookupStep> steps) {
        QuestionFeatures question = QuestionFeatures.of(text);
        steps.accept(LookupStep.NORMALISE);
        Pieces pieces = pieces(question);
        Optional<Reason> exclusion = eligibility.exclusion(question, pieces);
        steps.accept(LookupStep.ELIGIBILITY);
        if (exclusion.isPresent()) {
            return new Ineligible(exclusion.get());
        }
        Eligible eligible = read(question, pieces);
        steps.accept(LookupStep.EMBEDDING);
        return eligible;
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
