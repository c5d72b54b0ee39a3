package dev.parley.contracts.id;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.regex.Pattern;

/** The id of a tenant, the unit of isolation: 1 to 64 lower-case letters, digits and {@code -}. */
public record TenantId(@JsonValue String value) {
    private static final Pattern FORM = Pattern.compile("[a-z0-9-]{1,64}");

    /** Throws an {@link IllegalArgumentException} if the value has another form. */
    @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
    public TenantId {
        if (!FORM.matcher(value).matches()) {
            throw new IllegalArgumentException("a tenant id has 1 to 64 lower-case letters, digits and -");
        }
    }

    @Override
    public String toString() {
        return value;
    }
}
