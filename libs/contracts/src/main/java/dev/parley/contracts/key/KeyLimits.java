package dev.parley.contracts.key;

import com.fasterxml.jackson.annotation.JsonAnyGetter;
import com.fasterxml.jackson.annotation.JsonAnySetter;
import com.fasterxml.jackson.annotation.JsonInclude;
import dev.parley.contracts.model.PermittedModels;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;

/**
 * The limits of an API key. An absent limit is unlimited.
 *
 * @param models prefixes of the model names that are allowed; no prefix for all models, and a blank one for none
 * @param inputTokensPerMinute input tokens, without those that Claude reads from its prompt cache
 * @param openStreams concurrent answers
 * @param usdPerDay US dollars per day, by UTC
 * @param usdPerMonth US dollars per calendar month, by UTC
 * @param others members that only later releases know, as in {@link KeyIssued}
 */
@JsonInclude(JsonInclude.Include.NON_ABSENT)
public record KeyLimits(
        List<String> models,
        Optional<Long> requestsPerMinute,
        Optional<Long> inputTokensPerMinute,
        Optional<Long> outputTokensPerMinute,
        Optional<Long> openStreams,
        Optional<BigDecimal> usdPerDay,
        Optional<BigDecimal> usdPerMonth,
        @JsonAnySetter @JsonAnyGetter Map<String, JsonNode> others) {
    public static final KeyLimits NONE = new KeyLimits(
            List.of(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Map.of());

    /** The smallest budget, in US dollars; close to the resolution of the ledger. */
    public static final BigDecimal USD_MIN = new BigDecimal("0.000001");

    /** The largest budget, in US dollars. */
    public static final BigDecimal USD_MAX = BigDecimal.valueOf(10_000_000);

    /** The most decimal places of a budget. */
    public static final int USD_PLACES_MAX = 6;

    /** The largest value of all other limits. */
    public static final long COUNT_MAX = 1_000_000_000_000L;

    /**
     * Checks the numbers. A budget below {@link #USD_MIN} or with more than {@link #USD_PLACES_MAX} decimal places becomes
     * the nearest allowed one, because the log may contain such budgets.
     *
     * @throws IllegalArgumentException if a limit is not above zero, or is above {@link #COUNT_MAX} or {@link #USD_MAX}
     */
    public KeyLimits {
        models = List.copyOf(models);
        others = Map.copyOf(others);
        boolean positive = Stream.of(requestsPerMinute, inputTokensPerMinute, outputTokensPerMinute, openStreams)
                        .flatMap(Optional::stream)
                        .allMatch(limit -> limit > 0 && limit <= COUNT_MAX)
                && Stream.of(usdPerDay, usdPerMonth)
                        .flatMap(Optional::stream)
                        .allMatch(limit -> limit.signum() > 0 && limit.compareTo(USD_MAX) <= 0);
        if (!positive) {
            throw new IllegalArgumentException("limits are greater than zero and at most 10^12, or 10^7 dollars");
        }
        usdPerDay = usdPerDay.map(KeyLimits::budget);
        usdPerMonth = usdPerMonth.map(KeyLimits::budget);
    }

    /** Compares before it rounds, because changing the scale of 1e-999999999 takes gigabytes. */
    private static BigDecimal budget(BigDecimal usd) {
        BigDecimal inRange = usd.max(USD_MIN);
        return inRange.scale() > USD_PLACES_MAX ? inRange.setScale(USD_PLACES_MAX, RoundingMode.FLOOR) : inRange;
    }

    public PermittedModels permittedModels() {
        return new PermittedModels(models);
    }

    public boolean allows(String model) {
        return permittedModels().include(model);
    }

    public boolean metered() {
        return requestsPerMinute.isPresent()
                || inputTokensPerMinute.isPresent()
                || outputTokensPerMinute.isPresent()
                || openStreams.isPresent()
                || budgeted();
    }

    public boolean budgeted() {
        return usdPerDay.isPresent() || usdPerMonth.isPresent();
    }
}
