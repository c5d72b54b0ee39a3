package dev.parley.contracts.key;

import dev.parley.contracts.id.KeyId;
import dev.parley.contracts.id.TenantId;
import java.time.Instant;

/** A key event on {@code chat.keys}. An event contains the whole state of its key; {@link #replaces} tells which one counts. */
public sealed interface KeyEvent permits KeyIssued, KeyRevoked {
    KeyId key();

    TenantId tenant();

    String name();

    Instant at();

    /**
     * Whether this event, which is on the log after that of the state of its key, becomes the state. A revocation is final. Of
     * several changes of one state, which have the same version, the first one counts. An event without a version is of an
     * earlier release and counts.
     */
    default boolean replaces(KeyEvent state) {
        return switch (this) {
            case KeyRevoked _ -> true;
            case KeyIssued next ->
                switch (state) {
                    case KeyRevoked _ -> false;
                    case KeyIssued issued ->
                        next.version().isEmpty() || next.version().get() > issued.versionOrZero();
                };
        };
    }
}
