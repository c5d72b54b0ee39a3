package dev.parley.contracts.id;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.time.Clock;
import java.util.HexFormat;
import java.util.regex.Pattern;

/**
 * The id of a conversation within a tenant: 1 to 128 letters, digits and {@code _ . : -}, chosen by the client or generated.
 */
public record ConversationId(@JsonValue String value) {
    private static final Pattern FORM = Pattern.compile("[A-Za-z0-9_.:-]{1,128}");

    /** Throws an {@link IllegalArgumentException} if the value has another form. */
    @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
    public ConversationId {
        if (!isValid(value)) {
            throw new IllegalArgumentException("a conversation id has 1 to 128 letters, digits and _ . : -");
        }
    }

    /** Whether a text has the form above. */
    public static boolean isValid(String text) {
        return FORM.matcher(text).matches();
    }

    public static ConversationId next(Clock clock) {
        return new ConversationId("conv_" + HexFormat.of().formatHex(Uuid7.next(clock)));
    }

    @Override
    public String toString() {
        return value;
    }
}
