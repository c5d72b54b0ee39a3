package dev.parley.gateway.session;

import dev.parley.contracts.event.SimilarMode;
import dev.parley.contracts.id.KeyId;
import dev.parley.contracts.id.TenantId;
import dev.parley.contracts.key.KeyIssued;
import dev.parley.contracts.key.KeyLimits;
import java.math.BigDecimal;
import java.util.Optional;
import java.util.Set;

/**
 * The authenticated caller of a request.
 *
 * @param keyName the name of the key, never the key itself
 * @param onDisconnect policy after a disconnect, unless the request overrides it
 * @param key the id of an issued key; empty for a configured key
 * @param scopes what the key may do besides chatting
 * @param similar how readily answers to similar questions are reused
 * @param similarCosineMin the least cosine of both questions; empty for that of the mode
 */
public record Caller(
        TenantId tenant,
        String keyName,
        OnDisconnect onDisconnect,
        Optional<KeyId> key,
        KeyLimits limits,
        Set<String> scopes,
        SimilarMode similar,
        Optional<BigDecimal> similarCosineMin) {
    public Caller {
        scopes = Set.copyOf(scopes);
    }

    /** The caller with a configured key, which has no limits. */
    public Caller(TenantId tenant, String keyName, OnDisconnect onDisconnect, Set<String> scopes) {
        this(
                tenant,
                keyName,
                onDisconnect,
                Optional.empty(),
                KeyLimits.NONE,
                scopes,
                SimilarMode.OFF,
                Optional.empty());
    }

    public boolean mayPublish() {
        return scopes.contains(KeyIssued.PUBLISH);
    }

    /** A unique identifier of the key: the id, or for a configured key the tenant and the name. */
    public String identity() {
        return key.map(KeyId::value).orElseGet(() -> tenant.value() + "/" + keyName);
    }
}
