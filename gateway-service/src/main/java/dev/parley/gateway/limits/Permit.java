package dev.parley.gateway.limits;

import java.util.concurrent.atomic.AtomicBoolean;

/**
 * The permission of an admitted request. Ended once, by {@link #withdraw} or {@link #close}; later calls are ignored.
 */
public final class Permit {
    private final RateLimits limits;
    private final boolean leased;
    private final Runnable withdraw;
    private final Runnable close;
    private final AtomicBoolean ended = new AtomicBoolean();

    /** @param leased whether the limits have one of open streams */
    Permit(RateLimits limits, boolean leased, Runnable withdraw, Runnable close) {
        this.limits = limits;
        this.leased = leased;
        this.withdraw = withdraw;
        this.close = close;
    }

    /** The permit of a key without limits. */
    static Permit free() {
        return new Permit(RateLimits.NONE, false, () -> {}, () -> {});
    }

    public RateLimits limits() {
        return limits;
    }

    /** Whether a stream counts as open for the limit of its key. */
    public boolean isOpen() {
        return leased && !ended.get();
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
