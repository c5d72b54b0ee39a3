package dev.parley.contracts.id;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.regex.Pattern;

/**
 * The identity of a request for caching and coalescing: SHA-256 over everything that affects the answer, in 64 hexadecimal
 * digits.
 */
public record Fingerprint(@JsonValue String value) {
    private static final Pattern FORM = Pattern.compile("[0-9a-f]{64}");

    /** Throws an {@link IllegalArgumentException} if the value has another form. */
    @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
    public Fingerprint {
        if (!FORM.matcher(value).matches()) {
            throw new IllegalArgumentException("a fingerprint has 64 hexadecimal digits");
        }
    }

    @Override
    public String toString() {
        return value;
    }
}
