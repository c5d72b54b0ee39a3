package dev.parley.persistence.dynamodb;

import dev.parley.conversations.ConversationTable;
import java.time.Duration;

/**
 * The table.
 *
 * @param createTable whether a missing table is created; otherwise an operator creates it
 * @param protection of the table by DynamoDB; without effect unless {@code createTable}
 * @param retention of a turn after its end
 * @param updatesMax conversations that are updated at a time
 */
public record StoreSettings(
        String table,
        boolean createTable,
        ConversationTable.Protection protection,
        Duration retention,
        int updatesMax) {}
