package dev.parley.gateway.limits;

/** That a request was let in. Whoever holds it says how it ends: once {@link #withdraw} or {@link #close}; more is ignored. */
public interface Permit {
    /** Of a key for which nothing is counted. */
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

    /** What the key has left. */
    RateLimits limits();

    /** The request did not get onto the log. */
    void withdraw();

    /** The answer is open no longer. */
    void close();
}
