package dev.parley.contracts.key;

import dev.parley.contracts.id.KeyId;
import dev.parley.contracts.id.TenantId;
import java.time.Instant;

/** A key event on {@code chat.keys}. The newest event of a key contains its whole state. */
public sealed interface KeyEvent permits KeyIssued, KeyRevoked {
    KeyId key();

    TenantId tenant();

    /** The display name. */
    String name();

    /** When the event happened. */
    Instant at();
}
