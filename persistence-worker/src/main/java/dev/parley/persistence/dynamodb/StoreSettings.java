package dev.parley.persistence.dynamodb;

import java.time.Duration;

/**
 * The table, and how it is written.
 *
 * @param createTable whether the table is made where it is missing; without it, an operator makes it
 * @param retention how long after its end a turn may be read
 * @param updatesMax conversations that are updated at once
 */
public record StoreSettings(String table, boolean createTable, Duration retention, int updatesMax) {}
