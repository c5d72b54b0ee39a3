package dev.parley.gateway.session;

import dev.parley.contracts.id.TenantId;

/**
 * Who is asking.
 *
 * @param keyName the name of the key, never the key
 * @param onDisconnect what becomes of an answer when they go, unless the request says otherwise
 */
public record Caller(TenantId tenant, String keyName, OnDisconnect onDisconnect) {}
