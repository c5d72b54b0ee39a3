package dev.parley.gateway.pulse;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.PriorityQueue;

/**
 * The answers that ended lately, as far back as is looked at, and no more than are kept. Written by the tail of
 * {@code chat.turns}, read by others.
 */
public final class EndedTurns {
    private record Kept(int partition, long offset, EndedTurn turn) {}

    /** Guarded by this, as all below. */
    private final PriorityQueue<Kept> turns =
            new PriorityQueue<>(Comparator.comparing((Kept kept) -> kept.turn().endedAt()));
    /** From which offset on all that is in a partition is kept. */
    private final Map<Integer, Long> completeFrom = new HashMap<>();

    private Instant completeSince = Instant.MIN;
    private final Duration history;
    private final int max;
    private final Clock clock;

    public EndedTurns(Duration history, int max, Clock clock) {
        this.history = history;
        this.max = max;
        this.clock = clock;
    }

    /** Reading of a partition begins here. */
    public synchronized void begin(int partition, long offset) {
        completeFrom.put(partition, offset);
    }

    /** What ended before has not been read: there was too much of it. */
    public synchronized void incompleteBefore(Instant time) {
        if (time.isAfter(completeSince)) {
            completeSince = time;
        }
    }

    public synchronized void add(int partition, long offset, EndedTurn turn) {
        turns.add(new Kept(partition, offset, turn));
        if (turns.size() > max) {
            incompleteBefore(forget().turn().endedAt());
        }
    }

    /** Those that ended within so long, in no order. */
    synchronized List<EndedTurn> within(Duration time) {
        Instant now = clock.instant();
        while (!turns.isEmpty() && turns.element().turn().endedAt().isBefore(now.minus(history))) {
            forget();
        }
        Instant since = now.minus(time);
        return turns.stream()
                .map(Kept::turn)
                .filter(turn -> !turn.endedAt().isBefore(since))
                .toList();
    }

    /** How much of so long is known. */
    synchronized Duration known(Duration time) {
        Instant now = clock.instant();
        return completeSince.isBefore(now.minus(time)) ? time : Duration.between(completeSince, now);
    }

    /**
     * How many turns a partition has from this offset on. Offsets alone do not tell: each transaction takes one too.
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

    private Kept forget() {
        Kept oldest = turns.remove();
        completeFrom.merge(oldest.partition(), oldest.offset() + 1, Math::max);
        return oldest;
    }
}
