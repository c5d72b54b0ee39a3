package dev.parley.gateway;

import dev.parley.gateway.limits.Settlements;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;

/** A ledger behind a connection that can break. Thread-safe. */
public final class LedgerConnection implements Settlements {
    private final Settlements ledger;
    private volatile boolean broken;
    private volatile boolean refused;

    public LedgerConnection(Settlements ledger) {
        this.ledger = ledger;
    }

    /** Makes all calls fail. */
    public void interrupt() {
        broken = true;
    }

    public void restore() {
        broken = false;
    }

    /** Whether a call has failed. */
    public boolean refused() {
        return refused;
    }

    @Override
    public Map<Integer, Long> positions() {
        requireWhole();
        return ledger.positions();
    }

    @Override
    public List<OptionalLong> settle(List<Step> steps) {
        requireWhole();
        return ledger.settle(steps);
    }

    @Override
    public void counted(Map<Integer, OptionalLong> at, Instant until) {
        requireWhole();
        ledger.counted(at, until);
    }

    private void requireWhole() {
        if (broken) {
            refused = true;
            throw new IllegalStateException("no connection");
        }
    }
}
