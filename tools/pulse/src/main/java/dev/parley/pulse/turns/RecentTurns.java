package dev.parley.pulse.turns;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;

/** The turns that ended within the history; the oldest are dropped beyond a maximum number. Thread-safe. */
public final class RecentTurns {
    private final Duration history;
    private final int max;
    private final Clock clock;

    /** Guarded by this, as the time below. The oldest first. */
    private final PriorityQueue<EndedTurn> turns = new PriorityQueue<>(Comparator.comparing(EndedTurn::endedAt));

    private Instant completeSince = Instant.MIN;

    public RecentTurns(Duration history, int max, Clock clock) {
        this.history = history;
        this.max = max;
        this.clock = clock;
    }

    public int max() {
        return max;
    }

    /** Notes that turns which ended before this time are missing. */
    public synchronized void incompleteBefore(Instant time) {
        if (time.isAfter(completeSince)) {
            completeSince = time;
        }
    }

    public synchronized void add(EndedTurn turn) {
        turns.add(turn);
        if (turns.size() > max) {
            incompleteBefore(turns.remove().endedAt());
        }
    }

    /** The turns that ended within this time, in no order. */
    public synchronized List<EndedTurn> within(Duration time) {
        Instant now = clock.instant();
        while (!turns.isEmpty() && turns.element().endedAt().isBefore(now.minus(history))) {
            turns.remove();
        }
        Instant since = now.minus(time);
        return turns.stream().filter(turn -> !turn.endedAt().isBefore(since)).toList();
    }

    /** The part of this time that the kept turns cover. */
    public synchronized Duration known(Duration time) {
        Instant now = clock.instant();
        return completeSince.isBefore(now.minus(time)) ? time : Duration.between(completeSince, now);
    }
}
