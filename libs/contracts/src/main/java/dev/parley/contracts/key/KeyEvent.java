package dev.parley.contracts.key;

import dev.parley.contracts.id.KeyId;
import dev.parley.contracts.id.TenantId;
import java.time.Instant;

/** What {@code chat.keys} carries. The newest event of a key says all there is to know of it. */
public sealed interface KeyEvent permits KeyIssued, KeyRevoked {
    KeyId key();

    TenantId tenant();

    /** What people call it. */
    String name();

    /** When this was so. */
    Instant at();
}
