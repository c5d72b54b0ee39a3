package dev.parley.gateway.web.response;

import dev.parley.contracts.Bounds;
import java.time.Duration;

/**
 * The throttle of invalid API keys.
 *
 * @param freePerMinute invalid keys of an address that are rejected without delay
 * @param delay of further rejections
 * @param delayedPerMinute invalid keys of an address before it gets 429
 * @param addressesMax counted addresses; the least recent ones are dropped
 */
public record KeyGuessSettings(int freePerMinute, Duration delay, int delayedPerMinute, int addressesMax) {
    public KeyGuessSettings {
        Bounds.atLeast("free-per-minute", freePerMinute, 0);
        Bounds.notNegative("delay", delay);
        Bounds.atLeast("delayed-per-minute", delayedPerMinute, 0);
        Bounds.atLeast("addresses-max", addressesMax, 1);
    }
}
