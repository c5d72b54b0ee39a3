package dev.parley.gateway.answer;

/** Encodes the pieces of one answer, in order, in the SSE format of one API. */
public interface PieceWriter {
    /** The bytes of a piece in UTF-8; empty if it has no representation. */
    byte[] write(Piece piece);

    /** The bytes after the last piece in UTF-8; empty for none. */
    byte[] end();
}
