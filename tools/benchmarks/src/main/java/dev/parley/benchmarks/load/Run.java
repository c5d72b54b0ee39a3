package dev.parley.benchmarks.load;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

/** One load while it is carried out. Owned by the event loop; its future is for others. */
final class Run {
    private final Load load;
    private final long begin;
    private final Tally tally = new Tally();
    private final Set<Call> open = new HashSet<>();
    private final CompletableFuture<Tally> done = new CompletableFuture<>();
    private int next;

    Run(Load load, long begin) {
        this.load = load;
        this.begin = begin;
    }

    Load load() {
        return load;
    }

    CompletableFuture<Tally> done() {
        return done;
    }

    /** When the next request is due, or -1 if there is none. */
    long nextDue() {
        return next < load.arrivals().count() ? begin + load.arrivals().offsets()[next] : -1;
    }

    Call begin(long now) {
        long due = nextDue();
        Call call = new Call(load.requests().get(next), this, due);
        next++;
        open.add(call);
        tally.asked(now - due);
        return call;
    }

    void firstByte(long due, long now) {
        tally.firstByte(now - due);
    }

    /**
     * Text has come.
     *
     * @param last when the text before it came; 0 if this is the first
     */
    void text(int pieces, long due, long last, long now) {
        if (last == 0) {
            tally.firstText(now - due);
        }
        if (load.window().has(now - begin)) {
            tally.pieces(pieces);
            if (last != 0) {
                tally.gap(now - last);
            }
        }
    }

    void answered(long due, long now) {
        tally.answered(now - due, now - begin);
        completeIfOver();
    }

    void flaw(Flaw flaw, String what) {
        tally.flaw(flaw, what);
        completeIfOver();
    }

    void ended(Call call) {
        open.remove(call);
    }

    /** The time is over: who has not been answered by now never will be. */
    void giveUp() {
        next = load.arrivals().count();
        try {
            List.copyOf(open).forEach(call -> call.fail(Flaw.TIMEOUT, "not complete after " + load.answerMax()));
        } finally {
            done.complete(tally);
        }
    }

    private void completeIfOver() {
        if (open.isEmpty() && nextDue() < 0) {
            done.complete(tally);
        }
    }
}
