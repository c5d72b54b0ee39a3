package dev.parley.gateway.answer;

import java.time.Duration;

/**
 * How answers are held for their readers.
 *
 * @param openMax answers open at once; beyond it clients get 529
 * @param piecesMax pieces that wait for one slow reader; beyond it the reader is cut
 * @param headPatience how long the response headers wait for the first piece
 * @param pingInterval how long a reader may hear nothing
 * @param lifetimeMax how long an answer may take
 * @param disconnectGrace how long an answer goes on when nobody reads it, unless its client wants something else
 */
public record AnswerSettings(
        int openMax,
        int piecesMax,
        Duration headPatience,
        Duration pingInterval,
        Duration lifetimeMax,
        Duration disconnectGrace) {}
