package dev.parley.contracts.published;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.regex.Pattern;

/**
 * The public id of a published answer: {@code ans_} and 32 hexadecimal digits of an HMAC of its request. It cannot be computed
 * from the question.
 */
public record AnswerId(@JsonValue String value) {
    private static final Pattern FORM = Pattern.compile("ans_[0-9a-f]{32}");

    /** Throws an {@link IllegalArgumentException} if the value has another form. */
    @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
    public AnswerId {
        if (!FORM.matcher(value).matches()) {
            throw new IllegalArgumentException("the id of a published answer is ans_ and 32 hexadecimal digits");
        }
    }

    @Override
    public String toString() {
        return value;
    }
}
