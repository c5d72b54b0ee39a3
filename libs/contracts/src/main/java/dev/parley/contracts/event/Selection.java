package dev.parley.contracts.event;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.OptionalDouble;

/**
 * How an alias such as {@code auto} was resolved to a model.
 *
 * @param model the model that was chosen for the first call
 * @param mode {@code on}: the router decided; {@code shadow}: its choice is only recorded; {@code uncalibrated}: so too,
 *     because it has no calibration for this pair of models; {@code off}: it was not asked
 * @param advised the choice of the router; the model itself if it was not asked
 * @param reason {@code score}, the rule that required the stronger model, {@link #ESCALATED}, or {@code off}
 * @param suffices the probability that the cheaper model suffices; empty without a score
 */
public record Selection(
        String model,
        String mode,
        String advised,
        String reason,
        @JsonInclude(JsonInclude.Include.NON_ABSENT) OptionalDouble suffices) {
    /** The reason of the stronger model that answers, in any mode, because an earlier answer did not suffice. */
    public static final String ESCALATED = "escalated";

    /** The reason of the model that answers: the router's if it decided, else its mode. */
    public String reasonOfModel() {
        return mode.equals("on") || reason.equals(ESCALATED) ? reason : mode;
    }
}
