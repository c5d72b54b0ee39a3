package dev.parley.gateway.answer;

/** Writes the pieces of one answer, in their order, as one reader reads them. */
public interface PieceWriter {
    /** What the reader is sent for a piece, in UTF-8; empty if nothing. */
    byte[] write(Piece piece);

    /** What the reader is sent after the last piece, in UTF-8; empty if nothing. */
    byte[] end();
}
