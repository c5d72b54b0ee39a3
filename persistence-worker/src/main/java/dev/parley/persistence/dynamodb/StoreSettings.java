package dev.parley.persistence.dynamodb;

import java.time.Duration;

/**
 * The table.
 *
 * @param createTable whether a missing table is created; otherwise an operator creates it
 * @param retention of a turn after its end
 * @param updatesMax conversations that are updated at a time
 */
public record StoreSettings(String table, boolean createTable, Duration retention, int updatesMax) {}
