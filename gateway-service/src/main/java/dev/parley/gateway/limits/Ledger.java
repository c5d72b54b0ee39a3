package dev.parley.gateway.limits;

import java.time.Instant;
import java.util.List;

/** Counts the usage of keys. Methods may block, and throw if the ledger cannot be reached. */
public interface Ledger {
    /** Reserves a demand from the limits of its key, all or nothing. */
    LedgerVerdict admit(Demand demand, Instant now);

    /** Releases the reservation of a request that did not reach the log. The request itself stays counted. */
    void withdraw(Demand demand);

    /** Counts the stream of a request as closed. */
    void close(Demand demand);

    /**
     * Renews the leases of streams, with one round trip. A stream whose lease expires counts as closed, and as open again from its
     * renewal on: one that ends while its lease is renewed has to be closed once more.
     */
    void renew(List<Demand> demands);
}
