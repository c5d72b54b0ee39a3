package dev.parley.contracts.id;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.time.Clock;
import java.util.HexFormat;
import java.util.regex.Pattern;

/** The public id of an API key: {@code key_} and a UUIDv7 in 32 hexadecimal digits. It is not the secret. */
public record KeyId(@JsonValue String value) {
    private static final Pattern FORM = Pattern.compile("key_[0-9a-f]{32}");

    /** Throws an {@link IllegalArgumentException} if the value has another form. */
    @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
    public KeyId {
        if (!FORM.matcher(value).matches()) {
            throw new IllegalArgumentException("a key id is key_ and 32 hexadecimal digits");
        }
    }

    public static KeyId next(Clock clock) {
        return new KeyId("key_" + HexFormat.of().formatHex(Uuid7.next(clock)));
    }

    @Override
    public String toString() {
        return value;
    }
}
