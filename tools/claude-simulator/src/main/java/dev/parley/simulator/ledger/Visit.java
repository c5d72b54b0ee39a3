package dev.parley.simulator.ledger;

import java.time.Instant;
import java.util.concurrent.atomic.AtomicInteger;

/** A request being answered. Written by the event loop of its connection, read by any thread. */
public final class Visit {
    private final Ledger ledger;
    private final Call call;
    private final Instant receivedAt;
    private final AtomicInteger tokens = new AtomicInteger();
    private volatile int status;
    private volatile Ended ended;

    private record Ended(Outcome outcome, Instant at) {}

    Visit(Ledger ledger, Call call, Instant receivedAt) {
        this.ledger = ledger;
        this.call = call;
        this.receivedAt = receivedAt;
        this.ended = new Ended(Outcome.OPEN, receivedAt);
    }

    public void headSent(int code) {
        status = code;
    }

    public void tokenSent() {
        tokens.incrementAndGet();
    }

    /** Ends it; whatever comes after the first end changes nothing. */
    public void end(Outcome outcome) {
        synchronized (this) {
            if (ended.outcome() != Outcome.OPEN) {
                return;
            }
            ended = new Ended(outcome, ledger.now());
        }
        ledger.ended(entry());
    }

    Entry entry() {
        Ended now = ended;
        return new Entry(call, receivedAt, status, tokens.get(), now.outcome(), now.at());
    }
}
