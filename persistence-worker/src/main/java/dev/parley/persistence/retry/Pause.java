package dev.parley.persistence.retry;

import java.time.Duration;

/** Waits between two attempts. */
public interface Pause {
    /** Waits; false, and at once, if the service is being stopped and there will be no next attempt. */
    boolean of(Duration duration);
}
