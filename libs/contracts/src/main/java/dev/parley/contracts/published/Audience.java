package dev.parley.contracts.published;

import dev.parley.contracts.TextEnum;

/** Who may read a published answer. */
public enum Audience implements TextEnum {
    /** Everyone, by the id. */
    PUBLIC,
    /** Readers of a signed address, which the tenant hands out. */
    TENANT
}
