package dev.parley.gateway.session;

import dev.parley.contracts.id.KeyId;
import dev.parley.contracts.id.TenantId;
import dev.parley.contracts.key.KeyLimits;
import java.util.Optional;

/**
 * Who is asking.
 *
 * @param keyName the name of the key, never the key
 * @param onDisconnect what becomes of an answer when they go, unless the request says otherwise
 * @param key the id of the key; empty for one that is configured
 * @param limits what the key may be used for
 */
public record Caller(
        TenantId tenant, String keyName, OnDisconnect onDisconnect, Optional<KeyId> key, KeyLimits limits) {
    /** The holder of a configured key, which has no limits. */
    public Caller(TenantId tenant, String keyName, OnDisconnect onDisconnect) {
        this(tenant, keyName, onDisconnect, Optional.empty(), KeyLimits.NONE);
    }

    /** What tells its key from all others: the id, or, of a configured one, the tenant and the name. */
    public String identity() {
        return key.map(KeyId::value).orElseGet(() -> tenant.value() + "/" + keyName);
    }
}
