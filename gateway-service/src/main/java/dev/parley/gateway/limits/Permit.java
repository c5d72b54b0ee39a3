package dev.parley.gateway.limits;

import java.util.concurrent.atomic.AtomicBoolean;

/**
 * The permission of an admitted request. Ended once, by {@link #withdraw} or {@link #close}; later calls are ignored.
 */
public final class Permit {
    private final RateLimits limits;
    private final Runnable withdraw;
    private final Runnable close;
    private final AtomicBoolean ended = new AtomicBoolean();

    Permit(RateLimits limits, Runnable withdraw, Runnable close) {
        this.limits = limits;
        this.withdraw = withdraw;
        this.close = close;
    }

    /** The permit of a key without limits. */
    static Permit free() {
        return new Permit(RateLimits.NONE, () -> {}, () -> {});
    }

    public RateLimits limits() {
        return limits;
    }

    /** Releases the reservation of a request that did not reach the log. */
    public void withdraw() {
        end(withdraw);
    }

    /** Counts the stream as closed. */
    public void close() {
        end(close);
    }

    private void end(Runnable action) {
        if (!ended.getAndSet(true)) {
            action.run();
        }
    }
}
