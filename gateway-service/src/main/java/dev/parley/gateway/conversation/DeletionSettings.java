package dev.parley.gateway.conversation;

import java.time.Duration;

/**
 * How conversations are deleted.
 *
 * @param perMinute how many deletions a gateway takes of one tenant within a minute, at least 1
 * @param rememberedMax of how many deleted conversations the memory of a day has room, at least 5; a fifth is for one tenant
 * @param patience how long reads wait for the latest deletions; then clients get 503
 */
public record DeletionSettings(int perMinute, int rememberedMax, Duration patience) {
    /** How many tenants it takes to fill the memory. */
    static final int TENANTS_MIN = 5;

    public DeletionSettings {
        if (perMinute < 1 || rememberedMax < TENANTS_MIN || !patience.isPositive()) {
            throw new IllegalArgumentException("parley.gateway.conversations.deletions: per-minute is at least 1,"
                    + " remembered-max at least " + TENANTS_MIN + ", and patience is positive");
        }
    }
}
