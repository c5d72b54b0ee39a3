package dev.parley.gateway.limits;

import java.time.Instant;
import java.util.Collection;

/** Counts the usage of keys. Methods may block, and throw if the ledger cannot be reached. */
public interface Ledger {
    /** Reserves a demand from the limits of its key, all or nothing. */
    Verdict admit(Demand demand, Instant now);

    /** Releases the reservation of a request that did not reach the log. The request itself stays counted. */
    void withdraw(Demand demand);

    /** Counts the stream of a request as closed. */
    void close(Demand demand);

    /** Renews the leases of open streams. A stream whose lease expires counts as closed. */
    void renew(Collection<Demand> open);
}
