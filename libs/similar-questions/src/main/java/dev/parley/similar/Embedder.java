package dev.parley.similar;

import dev.parley.similar.WordPieces.Pieces;

/** Computes the vectors of texts. */
public interface Embedder {
    /** Names the model and its vocabulary; vectors of different models must not be compared. */
    String model();

    /** The pieces of a text, which are cheap to compute. */
    Pieces pieces(String text);

    /** The vectors of pieces, at most {@link Eligibility#PIECES_MAX}. Takes milliseconds of processor time. */
    Embedding embed(Pieces pieces);
}
