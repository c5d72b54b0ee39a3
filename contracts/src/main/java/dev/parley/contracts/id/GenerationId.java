package dev.parley.contracts.id;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.time.Clock;
import java.util.regex.Pattern;

/** Names one generation: {@code gen_} and a UUIDv7 in 32 hexadecimal digits. Sorts by time, cannot be guessed. */
public record GenerationId(@JsonValue String value) {
    private static final Pattern FORM = Pattern.compile("gen_[0-9a-f]{32}");

    /**
     * Checks the form.
     *
     * @throws IllegalArgumentException if {@code value} is not of the form above
     */
    @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
    public GenerationId {
        if (!FORM.matcher(value).matches()) {
            throw new IllegalArgumentException("a generation id looks like gen_ and 32 hexadecimal digits");
        }
    }

    public static GenerationId next(Clock clock) {
        return new GenerationId("gen_" + Uuid7.next(clock));
    }

    @Override
    public String toString() {
        return value;
    }
}
