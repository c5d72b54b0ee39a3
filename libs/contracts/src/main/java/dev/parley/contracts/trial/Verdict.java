package dev.parley.contracts.trial;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Arrays;
import java.util.Locale;

/** The quality of an answer against that of another one. */
public enum Verdict {
    BETTER,
    EQUAL,
    WORSE;

    /** The verdict of two comparisons in opposite orders. A judge that contradicts itself sees no difference. */
    public static Verdict of(Verdict placedFirst, Verdict placedSecond) {
        return placedFirst == placedSecond ? placedFirst : EQUAL;
    }

    /** Whether the answer could have replaced the other one. */
    public boolean suffices() {
        return this != WORSE;
    }

    /** Parses the text; throws an {@link IllegalArgumentException} for another one. */
    @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
    public static Verdict of(String text) {
        return Arrays.stream(values())
                .filter(verdict -> verdict.text().equals(text))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("a verdict is better, equal or worse"));
    }

    @JsonValue
    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }
}
