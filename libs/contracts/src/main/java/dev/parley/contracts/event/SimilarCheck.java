package dev.parley.contracts.event;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.parley.contracts.id.GenerationId;
import java.util.Optional;
import java.util.OptionalDouble;
import tools.jackson.core.JacksonException;

/**
 * Why the answer to a similar question was reused, or was not.
 *
 * @param gate {@code reused}, {@code reused:judge} or {@code reused:alias}, or the gate that decided against it, such as {@code
 *     lexical:numbers}, {@code ineligible:time} or {@code judge:no}
 * @param similarity the cosine of the question with the best candidate, if there was one
 * @param guard the guard's estimate that both have the same answer, if it was asked
 * @param source the generation whose answer was reused
 */
@JsonInclude(JsonInclude.Include.NON_ABSENT)
public record SimilarCheck(
        String gate, Optional<Double> similarity, Optional<Double> guard, Optional<GenerationId> source) {
    /** The gate of an answer that is reused because it passed all gates. */
    public static final String REUSED = "reused";

    /** The gate of an answer that is reused because the judge permits it. */
    public static final String REUSED_BY_JUDGE = "reused:judge";

    /** The gate of an answer that is reused because the judge permitted it for the same wording before. */
    public static final String REUSED_BY_ALIAS = "reused:alias";

    /** The gate of a partition in which too many reused answers were wrong. */
    public static final String AUDIT = "audit";

    /** The beginning of the gates of questions that must be answered themselves; the reason follows. */
    public static final String INELIGIBLE = "ineligible:";

    /** The gate of a question to which no stored one is near. */
    public static final String CANDIDATES = "candidates";

    /** The gate of a question whose candidates have answers that were found wrong for its wording. */
    public static final String VETOED = "vetoed";

    /** The beginning of the gates of questions whose words differ from those of the best candidate; the difference follows. */
    public static final String LEXICAL = "lexical:";

    /** A check whose scores are rounded to four digits. */
    public static SimilarCheck of(
            String gate, OptionalDouble similarity, OptionalDouble guard, Optional<GenerationId> source) {
        return new SimilarCheck(gate, rounded(similarity), rounded(guard), source);
    }

    private static Optional<Double> rounded(OptionalDouble score) {
        return score.stream().mapToObj(value -> Math.round(value * 1e4) / 1e4).findFirst();
    }

    public String json() {
        return TurnCodec.MAPPER.writeValueAsString(this);
    }

    /** The check in a JSON object; throws an {@link IllegalArgumentException} if there is none. */
    public static SimilarCheck parse(String json) {
        try {
            return TurnCodec.MAPPER.readValue(json, SimilarCheck.class);
        } catch (JacksonException e) {
            throw new IllegalArgumentException("no similar check", e);
        }
    }
}
