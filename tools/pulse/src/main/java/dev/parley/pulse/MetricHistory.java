package dev.parley.pulse;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;

/** The readings of a span of time. Thread-safe. */
final class MetricHistory<T> {
    private static final int ENTRIES_MAX = 120;

    private final Duration span;
    private final Duration fresh;
    private final Clock clock;

    /** Guarded by this. Oldest first. */
    private final Deque<Entry<T>> entries = new ArrayDeque<>();

    record Entry<T>(Instant at, T reading) {}

    /** Makes an empty history; {@code fresh} is the maximum age of the last reading. */
    MetricHistory(Duration span, Duration fresh, Clock clock) {
        this.span = span;
        this.fresh = fresh;
        this.clock = clock;
    }

    synchronized void add(T reading) {
        Instant now = clock.instant();
        entries.addLast(new Entry<>(now, reading));
        while (entries.size() > ENTRIES_MAX || entries.getFirst().at().isBefore(now.minus(span))) {
            entries.removeFirst();
        }
    }

    /** Oldest first; none if the last one is too old. */
    synchronized List<Entry<T>> entries() {
        Entry<T> last = entries.peekLast();
        return last == null || last.at().isBefore(clock.instant().minus(fresh)) ? List.of() : List.copyOf(entries);
    }

    synchronized Optional<T> last() {
        return entries().isEmpty()
                ? Optional.empty()
                : Optional.of(entries().getLast().reading());
    }
}
