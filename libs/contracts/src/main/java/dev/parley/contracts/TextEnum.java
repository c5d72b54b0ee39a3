package dev.parley.contracts;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** An enum whose values have a text in JSON, headers and metrics: their names in lower case. */
public interface TextEnum {
    String name();

    @JsonValue
    default String text() {
        return name().toLowerCase(Locale.ROOT);
    }

    static <E extends Enum<E> & TextEnum> Optional<E> find(Class<E> type, String text) {
        return Arrays.stream(type.getEnumConstants())
                .filter(value -> value.text().equals(text))
                .findFirst();
    }

    /** The value with this text; throws an {@link IllegalArgumentException} if there is none. */
    static <E extends Enum<E> & TextEnum> E of(Class<E> type, String text) {
        return find(type, text)
                .orElseThrow(() -> new IllegalArgumentException("'" + text + "' is none of "
                        + Arrays.stream(type.getEnumConstants())
                                .map(TextEnum::text)
                                .toList()));
    }
}
