package dev.parley.contracts.published;

import dev.parley.contracts.TextEnum;

/** Who may read a published answer. */
public enum Audience implements TextEnum {
    /** Everyone, by the id. */
    PUBLIC,
    /** Readers of a signed address, which the tenant hands out. */
    TENANT;

    /** Parses the text; throws an {@link IllegalArgumentException} for another one. */
    public static Audience of(String text) {
        return TextEnum.of(Audience.class, text);
    }
}
