package dev.parley.pulse.turns;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.PriorityQueue;

/** The turns that ended within the history; the oldest are dropped beyond a maximum number. Thread-safe. */
public final class RecentTurns {
    private record Kept(int partition, long offset, EndedTurn turn) {}

    private final Duration history;
    private final int max;
    private final Clock clock;

    /** Guarded by this, as all below. The oldest first. */
    private final PriorityQueue<Kept> turns =
            new PriorityQueue<>(Comparator.comparing((Kept kept) -> kept.turn().endedAt()));
    /** By partition, the offset from which all turns are kept. */
    private final Map<Integer, Long> completeFrom = new HashMap<>();

    private Instant completeSince = Instant.MIN;

    public RecentTurns(Duration history, int max, Clock clock) {
        this.history = history;
        this.max = max;
        this.clock = clock;
    }

    public int max() {
        return max;
    }

    /** Sets the offset at which reading of a partition begins. */
    public synchronized void begin(int partition, long offset) {
        completeFrom.put(partition, offset);
    }

    /** Notes that turns which ended before this time are missing. */
    public synchronized void incompleteBefore(Instant time) {
        if (time.isAfter(completeSince)) {
            completeSince = time;
        }
    }

    public synchronized void add(int partition, long offset, EndedTurn turn) {
        turns.add(new Kept(partition, offset, turn));
        if (turns.size() > max) {
            incompleteBefore(removeOldest().turn().endedAt());
        }
    }

    /** The turns that ended within this time, in no order. */
    public synchronized List<EndedTurn> within(Duration time) {
        Instant now = clock.instant();
        while (!turns.isEmpty() && turns.element().turn().endedAt().isBefore(now.minus(history))) {
            removeOldest();
        }
        Instant since = now.minus(time);
        return turns.stream()
                .map(Kept::turn)
                .filter(turn -> !turn.endedAt().isBefore(since))
                .toList();
    }

    /** The part of this time that the kept turns cover. */
    public synchronized Duration known(Duration time) {
        Instant now = clock.instant();
        return completeSince.isBefore(now.minus(time)) ? time : Duration.between(completeSince, now);
    }

    /**
     * The number of turns of a partition from this offset on. The difference of offsets is larger, since each
     * transaction marker takes one.
     *
     * @return empty if not all of them are kept
     */
    public synchronized OptionalLong countFrom(int partition, long offset) {
        Long complete = completeFrom.get(partition);
        if (complete == null || offset < complete) {
            return OptionalLong.empty();
        }
        return OptionalLong.of(turns.stream()
                .filter(kept -> kept.partition() == partition && kept.offset() >= offset)
                .count());
    }

    private Kept removeOldest() {
        Kept oldest = turns.remove();
        completeFrom.merge(oldest.partition(), oldest.offset() + 1, Math::max);
        return oldest;
    }
}
