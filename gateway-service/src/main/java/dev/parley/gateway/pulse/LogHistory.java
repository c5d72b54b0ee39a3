package dev.parley.gateway.pulse;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** What the offsets of the log said lately. Written by who reads them, read by others. */
final class LogHistory {
    /** Long enough to even out, short enough to be now. */
    private static final Duration SPAN = Duration.ofSeconds(15);
    /** A bound that is met only if readings come more often than any setting allows. */
    private static final int READINGS_MAX = 60;

    /** Guarded by this. Oldest first. */
    private final Deque<LogReading> readings = new ArrayDeque<>();

    private final Duration fresh;
    private final Clock clock;

    /**
     * Makes an empty one.
     *
     * @param fresh how old the last reading may be to say anything
     */
    LogHistory(Duration fresh, Clock clock) {
        this.fresh = fresh;
        this.clock = clock;
    }

    synchronized void add(LogReading reading) {
        readings.addLast(reading);
        while (readings.size() > READINGS_MAX
                || readings.getFirst().at().isBefore(reading.at().minus(SPAN))) {
            readings.removeFirst();
        }
    }

    /** The last one; empty if that is too long ago. */
    synchronized Optional<LogReading> last() {
        Instant oldest = clock.instant().minus(fresh);
        return Optional.ofNullable(readings.peekLast())
                .filter(reading -> !reading.at().isBefore(oldest));
    }

    /** By topic, how many records were written in a second; nothing before there are two readings. */
    synchronized Map<String, Double> perSecond() {
        Map<String, Double> rates = new TreeMap<>();
        last().ifPresent(last -> {
            LogReading first = readings.getFirst();
            double seconds = Duration.between(first.at(), last.at()).toMillis() / 1e3;
            if (seconds > 0) {
                last.written().forEach((topic, written) -> {
                    Long before = first.written().get(topic);
                    if (before != null) {
                        rates.put(topic, Math.max(0, written - before) / seconds);
                    }
                });
            }
        });
        return rates;
    }
}
