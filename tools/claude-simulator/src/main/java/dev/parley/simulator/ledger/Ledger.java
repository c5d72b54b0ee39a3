package dev.parley.simulator.ledger;

import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Counts requests and connections, and keeps the latest requests. Used by all threads. */
public final class Ledger {
    /** How many requests are kept, and how many bytes of bodies; what is over is forgotten from the oldest on. */
    static final int VISITS_MAX = 1_000;

    static final long BODY_BYTES_MAX = 64L * 1024 * 1024;

    private final InstantSource clock;
    private final Deque<Visit> latest = new ArrayDeque<>();
    private final Map<Integer, Long> byStatus = new TreeMap<>();
    private long bodyBytes;
    private long requests;
    private long calls;
    private long connectionsOpened;
    private long connectionsOpen;
    private long streamsOpen;
    private long streamsOpenPeak;
    private long completed;
    private long broken;
    private long cancelled;
    private long tokensSent;

    public Ledger(InstantSource clock) {
        this.clock = clock;
    }

    public synchronized void connectionOpened() {
        connectionsOpened++;
        connectionsOpen++;
    }

    public synchronized void connectionClosed() {
        connectionsOpen--;
    }

    /** Takes note of a request. One for the simulator itself is neither counted nor kept. */
    public synchronized Visit begin(Call call) {
        Visit visit = new Visit(this, call, now());
        if (!call.api()) {
            return visit;
        }
        requests++;
        if (call.message()) {
            calls++;
            streamsOpen++;
            streamsOpenPeak = Math.max(streamsOpenPeak, streamsOpen);
        }
        latest.addLast(visit);
        bodyBytes += call.body().length;
        while (latest.size() > VISITS_MAX || (bodyBytes > BODY_BYTES_MAX && latest.size() > 1)) {
            bodyBytes -= latest.removeFirst().entry().call().body().length;
        }
        return visit;
    }

    Instant now() {
        return clock.instant();
    }

    synchronized void ended(Entry entry) {
        if (!entry.call().api()) {
            return;
        }
        byStatus.merge(entry.status(), 1L, Long::sum);
        tokensSent += entry.tokens();
        if (entry.call().message()) {
            streamsOpen--;
        }
        switch (entry.outcome()) {
            case COMPLETED -> completed++;
            case BROKEN -> broken++;
            case CANCELLED -> cancelled++;
            case OPEN -> throw new IllegalArgumentException("it has not ended");
        }
    }

    public synchronized Counts counts() {
        return new Counts(
                requests,
                calls,
                connectionsOpened,
                connectionsOpen,
                streamsOpen,
                streamsOpenPeak,
                completed,
                broken,
                cancelled,
                tokensSent,
                new TreeMap<>(byStatus));
    }

    /** The latest requests, oldest first. */
    public synchronized List<Entry> latest() {
        return latest.stream().map(Visit::entry).toList();
    }

    /** Begins to count anew and forgets the requests; what is open stays open. */
    public synchronized void reset() {
        requests = 0;
        calls = 0;
        connectionsOpened = 0;
        completed = 0;
        broken = 0;
        cancelled = 0;
        tokensSent = 0;
        streamsOpenPeak = streamsOpen;
        byStatus.clear();
        latest.clear();
        bodyBytes = 0;
    }
}
