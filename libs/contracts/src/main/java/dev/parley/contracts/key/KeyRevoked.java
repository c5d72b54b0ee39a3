package dev.parley.contracts.key;

import dev.parley.contracts.id.KeyId;
import dev.parley.contracts.id.TenantId;
import java.time.Instant;

/** A key is good no longer, for ever. */
public record KeyRevoked(KeyId key, TenantId tenant, String name, Instant at) implements KeyEvent {}
