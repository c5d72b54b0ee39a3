package dev.parley.experiment.mirror;

import dev.parley.experiment.Examples;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;

/** Goes on by a step whenever it is read; without a step it stands still. */
final class SteppingClock extends Clock {
    private final Duration step;
    private Instant now = Examples.NOW;

    SteppingClock(Duration step) {
        this.step = step;
    }

    @Override
    public synchronized Instant instant() {
        now = now.plus(step);
        return now;
    }

    @Override
    public ZoneId getZone() {
        return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
        return this;
    }
}
