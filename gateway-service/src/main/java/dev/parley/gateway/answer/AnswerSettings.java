package dev.parley.gateway.answer;

import java.time.Duration;

/**
 * Limits of the delivery of live answers.
 *
 * @param openMax open answers per replica; beyond it clients get 529
 * @param piecesMax pieces buffered for one slow reader; beyond it the reader is disconnected
 * @param headTimeout time that the response headers wait for the first piece
 * @param pingInterval time without events after which a ping is sent
 * @param lifetimeMax maximum duration of an answer; beyond it the answer fails with 504
 * @param disconnectGrace time that a generation without a reader continues under the policy {@code grace}
 */
public record AnswerSettings(
        int openMax,
        int piecesMax,
        Duration headTimeout,
        Duration pingInterval,
        Duration lifetimeMax,
        Duration disconnectGrace) {}
