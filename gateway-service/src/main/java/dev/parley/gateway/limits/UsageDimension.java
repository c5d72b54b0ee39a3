package dev.parley.gateway.limits;

import dev.parley.contracts.TextEnum;

/** What the rows of a {@link UsageTable} may be told apart by, in the order of its columns. */
public enum UsageDimension implements TextEnum {
    DAY,
    TENANT,
    KEY,
    MODEL
}
