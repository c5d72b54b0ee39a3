package dev.parley.gateway.conversation;

import java.time.Duration;

/**
 * How the history of a request is supplied.
 *
 * @param patience how long the caller's last turn is waited for; after it the client gets 503
 * @param readersMax how many requests may read the end of {@code chat.turns} at once; beyond it clients get 529
 * @param writerGroup the consumer group that writes the table: what it has committed is stored
 */
public record HistorySettings(Duration patience, int readersMax, String writerGroup) {}
