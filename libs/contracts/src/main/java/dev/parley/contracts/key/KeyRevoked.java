package dev.parley.contracts.key;

import dev.parley.contracts.id.KeyId;
import dev.parley.contracts.id.TenantId;
import java.time.Instant;

/** The permanent revocation of an API key. */
public record KeyRevoked(KeyId key, TenantId tenant, String name, Instant at) implements KeyEvent {}
