package dev.parley.contracts.key;

import com.fasterxml.jackson.annotation.JsonAnyGetter;
import com.fasterxml.jackson.annotation.JsonAnySetter;
import java.math.BigDecimal;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/**
 * The mirroring of a key: a share of the requests that Claude has answered is asked again of a second model, whose answer no client
 * gets.
 *
 * @param model the second model, as Claude names it
 * @param share of the requests, above 0 and at most 1
 * @param usdPerDay the most that it may cost, in US dollars per day, by UTC: the second model and the judge of both answers
 * @param others members that only later releases know, as in {@link KeyIssued}
 */
public record Mirror(
        String model,
        BigDecimal share,
        BigDecimal usdPerDay,
        @JsonAnySetter @JsonAnyGetter Map<String, JsonNode> others) {
    /** The characters of a model's name. */
    public static final String MODEL = "[A-Za-z0-9][A-Za-z0-9._:@-]{0,127}";

    public static final BigDecimal SHARE_MIN = new BigDecimal("0.000001");

    /** The most decimal places of a share. */
    public static final int SHARE_PLACES_MAX = 6;

    /** Throws an {@link IllegalArgumentException} if a value is out of its bounds. */
    public Mirror {
        others = Map.copyOf(others);
        boolean valid = model.matches(MODEL)
                && share.compareTo(SHARE_MIN) >= 0
                && share.compareTo(BigDecimal.ONE) <= 0
                && usdPerDay.compareTo(KeyLimits.USD_MIN) >= 0
                && usdPerDay.compareTo(KeyLimits.USD_MAX) <= 0;
        if (!valid) {
            throw new IllegalArgumentException(
                    "a mirror has the name of a model, a share above 0 and at most 1, and a budget of at most 10^7 dollars");
        }
    }
}
