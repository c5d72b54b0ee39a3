package dev.parley.contracts.published;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Arrays;
import java.util.Locale;

/** Who may read a published answer. */
public enum Audience {
    /** Everyone, by the id. */
    PUBLIC,
    /** Readers of a signed address, which the tenant hands out. */
    TENANT;

    /** Parses the text; throws an {@link IllegalArgumentException} for another one. */
    @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
    public static Audience of(String text) {
        return Arrays.stream(values())
                .filter(audience -> audience.text().equals(text))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("an audience is public or tenant"));
    }

    @JsonValue
    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }
}
