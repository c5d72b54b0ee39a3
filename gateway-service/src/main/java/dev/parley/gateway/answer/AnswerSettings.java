package dev.parley.gateway.answer;

import dev.parley.contracts.Bounds;
import java.time.Duration;

/**
 * Limits of the delivery of live answers.
 *
 * @param openMax open answers per replica; beyond it clients get 529
 * @param backlogPercentMax share of the heap for what waits for slow readers, 1 to 60 percent, which keys share; beyond it such
 *     readers are disconnected
 * @param headTimeout time that the response headers wait for the first piece
 * @param pingInterval time without events after which a ping is sent
 * @param lifetimeMax maximum duration of an answer; beyond it the answer fails with 504
 * @param disconnectGrace time that a generation without a reader continues under the policy {@code grace}
 */
public record AnswerSettings(
        int openMax,
        int backlogPercentMax,
        Duration headTimeout,
        Duration pingInterval,
        Duration lifetimeMax,
        Duration disconnectGrace) {
    private static final int PERCENT_MAX = 60;

    public AnswerSettings {
        Bounds.atLeast("open-max", openMax, 1);
        Bounds.between("backlog-percent-max", backlogPercentMax, 1, PERCENT_MAX);
        Bounds.positive("head-timeout", headTimeout);
        Bounds.positive("ping-interval", pingInterval);
        Bounds.positive("lifetime-max", lifetimeMax);
        Bounds.notNegative("disconnect-grace", disconnectGrace);
    }

    /** The share of the heap of this process, in bytes. */
    public long backlogBytesMax() {
        return Runtime.getRuntime().maxMemory() / 100 * backlogPercentMax;
    }
}
