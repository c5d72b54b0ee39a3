package dev.parley.gateway.conversation;

import dev.parley.contracts.Bounds;
import java.time.Duration;

/**
 * Limits of reading stored histories.
 *
 * @param timeout of reading the log: the wait for the client's last turn, and for a partition without a leader; after it the client
 *     gets 503
 * @param readersMax requests that read the end of {@code chat.turns} concurrently; beyond it clients get 529
 * @param writerGroup consumer group that writes the table; records below its committed offsets are stored
 */
public record HistorySettings(Duration timeout, int readersMax, String writerGroup) {
    public HistorySettings {
        Bounds.positive("timeout", timeout);
        Bounds.atLeast("readers-max", readersMax, 1);
    }
}
