package dev.parley.gateway.web.conversations;

import dev.parley.contracts.Bounds;
import dev.parley.conversations.DynamoDbSettings;
import dev.parley.gateway.conversation.DeletionSettings;
import dev.parley.gateway.conversation.HistorySettings;
import java.time.Duration;
import org.springframework.util.unit.DataSize;

/**
 * How conversations are read and changed.
 *
 * @param dynamodb with a connection for each concurrent read, export and history, so that they do not wait for each other
 * @param changeTimeout time to wait for the table to show a new title or a deletion; after it clients get 202
 * @param readsMax conversations listed, read, renamed or deleted at once in a replica, which keys share; at least 1
 * @param renamesPerMinute per key and gateway, and twice as many per tenant; beyond it clients get 429; at least 1
 * @param requestBytesPerMinute of the requests of one conversation and their answers, per gateway; beyond it clients get 429. The first
 *     request of a minute may be larger
 * @param exportsMax conversations exported at once in a replica, which keys share; beyond it clients get 529
 */
public record ConversationSettings(
        String table,
        DynamoDbSettings dynamodb,
        Duration changeTimeout,
        int readsMax,
        int renamesPerMinute,
        DataSize requestBytesPerMinute,
        int exportsMax,
        DeletionSettings deletions,
        HistorySettings history) {
    public ConversationSettings {
        Bounds.notNegative("change-timeout", changeTimeout);
        Bounds.atLeast("reads-max", readsMax, 1);
        Bounds.atLeast("renames-per-minute", renamesPerMinute, 1);
        Bounds.atLeast("request-bytes-per-minute", requestBytesPerMinute.toBytes(), 1);
        Bounds.atLeast("exports-max", exportsMax, 1);
        Bounds.atLeast(
                "reads-max + exports-max + history.readers-max",
                (long) readsMax + exportsMax + history.readersMax(),
                "dynamodb.connections-max",
                dynamodb.connectionsMax());
    }
}
