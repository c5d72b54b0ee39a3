package dev.parley.contracts.event;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.parley.contracts.id.GenerationId;
import java.util.Optional;
import tools.jackson.core.JacksonException;

/**
 * Why the answer to a similar question was reused, or was not.
 *
 * @param gate {@code reused}, or the gate that decided against it, such as {@code lexical:numbers} or {@code ineligible:time}
 * @param similarity the cosine of the question with the best candidate, if there was one
 * @param guard the guard's estimate that both have the same answer, if it was asked
 * @param source the generation whose answer was reused
 */
@JsonInclude(JsonInclude.Include.NON_ABSENT)
public record SimilarCheck(
        String gate, Optional<Double> similarity, Optional<Double> guard, Optional<GenerationId> source) {
    /** The gate of a reused answer. */
    public static final String REUSED = "reused";

    /** The JSON object of the check. */
    public String json() {
        return TurnCodec.MAPPER.writeValueAsString(this);
    }

    /**
     * The check in a JSON object.
     *
     * @throws IllegalArgumentException if there is none
     */
    public static SimilarCheck parse(String json) {
        try {
            return TurnCodec.MAPPER.readValue(json, SimilarCheck.class);
        } catch (JacksonException e) {
            throw new IllegalArgumentException("no similar check", e);
        }
    }
}
