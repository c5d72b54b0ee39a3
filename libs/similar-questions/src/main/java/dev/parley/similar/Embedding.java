package dev.parley.similar;

import dev.parley.similar.WordPieces.Pieces;

/**
 * The vectors of a text, all of length 1. The arrays must not be modified.
 *
 * @param sentence the vector of the whole text
 * @param tokens the vector of each piece
 */
public record Embedding(
        Pieces pieces,
        @SuppressWarnings("ArrayRecordComponent") float[] sentence,
        @SuppressWarnings("ArrayRecordComponent") float[][] tokens) {}
