package dev.parley.persistence.retry;

import java.time.Duration;

/** The pause between two attempts. */
public interface Pause {
    /** Waits; returns false at once if the service stops, so that there is no next attempt. */
    boolean of(Duration duration);
}
