package dev.parley.contracts.event;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** How readily the answer to a similar question is reused. */
public enum SimilarMode {
    /** Never. */
    OFF,
    /** Only for nearly the same wording. */
    STRICT,
    /** For more wordings, within the promised bound of errors. */
    STANDARD,
    /** As {@link #STANDARD}; a judge decides where the gates cannot, before Claude is asked. */
    JUDGED,
    /** As {@link #JUDGED}, while Claude is asked at the same time. */
    HEDGED;

    @JsonValue
    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Whether a judge may decide. */
    public boolean asksJudge() {
        return this == JUDGED || this == HEDGED;
    }

    /** The mode with this text, if there is one. */
    public static Optional<SimilarMode> find(String text) {
        return Arrays.stream(values()).filter(mode -> mode.text().equals(text)).findFirst();
    }

    /** The mode with this text; throws an {@link IllegalArgumentException} if there is none. */
    @JsonCreator
    public static SimilarMode of(String text) {
        return find(text)
                .orElseThrow(() -> new IllegalArgumentException("'" + text + "' is no mode of similar questions"));
    }
}
