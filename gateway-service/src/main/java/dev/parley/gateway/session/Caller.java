package dev.parley.gateway.session;

import dev.parley.contracts.id.TenantId;

/**
 * Who is asking.
 *
 * @param keyName the name of the key, never the key
 */
public record Caller(TenantId tenant, String keyName) {}
