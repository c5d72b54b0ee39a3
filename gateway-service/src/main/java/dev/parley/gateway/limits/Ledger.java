package dev.parley.gateway.limits;

import java.time.Instant;
import java.util.Collection;

/** Counts what keys use. Methods may block, and throw if the ledger cannot be reached. */
public interface Ledger {
    /** Takes what the demand may need from its key, all of it or nothing. */
    Verdict admit(Demand demand, Instant now);

    /** The request did not get onto the log: what it may have needed goes back, but for the request itself. */
    void withdraw(Demand demand);

    /** The answer is open no longer. */
    void close(Demand demand);

    /** The answers are still open. What nobody renews for a while counts as closed. */
    void renew(Collection<Demand> open);
}
