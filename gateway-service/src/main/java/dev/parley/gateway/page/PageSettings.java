package dev.parley.gateway.page;

/**
 * Settings of the chat page.
 *
 * @param collection whose published questions the empty page shows, as in public addresses: {@code tenant.collection}; empty for
 *     none
 */
public record PageSettings(String collection) {}
