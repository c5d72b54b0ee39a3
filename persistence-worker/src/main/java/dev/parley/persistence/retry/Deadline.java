package dev.parley.persistence.retry;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;

/** The time at which a write is given up: a timeout after its last progress, but not after a last time. */
public final class Deadline {
    private final Clock clock;
    private final Duration timeout;
    private final Instant last;
    /** Written by the thread of the write; read by the threads that it starts too. */
    private volatile Instant end;

    Deadline(Clock clock, RetrySettings settings) {
        Instant now = clock.instant();
        this.clock = clock;
        this.timeout = settings.timeout();
        this.last = now.plus(settings.timeoutMax());
        this.end = now.plus(timeout);
    }

    public void progressed() {
        Instant extended = clock.instant().plus(timeout);
        Instant limited = extended.isBefore(last) ? extended : last;
        if (end.isBefore(limited)) {
            end = limited;
        }
    }

    boolean isBefore(Instant time) {
        return end.isBefore(time);
    }
}
