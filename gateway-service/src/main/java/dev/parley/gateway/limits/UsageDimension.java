package dev.parley.gateway.limits;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** What the rows of a {@link UsageTable} may be told apart by, in the order of its columns. */
public enum UsageDimension {
    DAY,
    TENANT,
    KEY,
    MODEL;

    /** Its name in JSON. */
    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** The dimension of this name. */
    public static Optional<UsageDimension> find(String text) {
        return Arrays.stream(values())
                .filter(dimension -> dimension.text().equals(text))
                .findFirst();
    }
}
