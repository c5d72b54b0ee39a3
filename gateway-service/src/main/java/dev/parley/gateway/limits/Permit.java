package dev.parley.gateway.limits;

/**
 * The permission of an admitted request. Ended once, by {@link #withdraw} or {@link #close}; later calls are ignored.
 */
public interface Permit {
    /** The permit of a key without limits. */
    Permit FREE = new Permit() {
        @Override
        public RateLimits limits() {
            return RateLimits.NONE;
        }

        @Override
        public void withdraw() {}

        @Override
        public void close() {}
    };

    /** The remaining limits of the key. */
    RateLimits limits();

    /** Releases the reservation of a request that did not reach the log. */
    void withdraw();

    /** Counts the stream as closed. */
    void close();
}
