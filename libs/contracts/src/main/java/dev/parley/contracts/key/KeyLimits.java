package dev.parley.contracts.key;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What a key may be used for. What is absent is not limited.
 *
 * @param models beginnings of the names of the models it may ask; empty for all
 * @param inputTokensPerMinute tokens of requests, those that Claude reads from its prompt cache not counted
 * @param openStreams answers that may be open at once
 * @param usdPerDay US dollars per day, by UTC
 * @param usdPerMonth US dollars per calendar month, by UTC
 */
@JsonInclude(JsonInclude.Include.NON_ABSENT)
public record KeyLimits(
        List<String> models,
        Optional<Long> requestsPerMinute,
        Optional<Long> inputTokensPerMinute,
        Optional<Long> outputTokensPerMinute,
        Optional<Long> openStreams,
        Optional<BigDecimal> usdPerDay,
        Optional<BigDecimal> usdPerMonth) {
    /** No limits at all. */
    public static final KeyLimits NONE = new KeyLimits(
            List.of(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty());

    /** The smallest budget, in US dollars; a ledger cannot hold much less. */
    public static final BigDecimal USD_MIN = new BigDecimal("0.000001");

    /** The largest budget, in US dollars. */
    public static final BigDecimal USD_MAX = BigDecimal.valueOf(10_000_000);

    /** How many decimal places a budget has at most. */
    public static final int USD_PLACES_MAX = 6;

    /** The largest of all other limits. */
    public static final long COUNT_MAX = 1_000_000_000_000L;

    /**
     * Checks the numbers. A budget smaller or finer than is allowed today, as older gateways accepted, is read as the
     * nearest that is allowed.
     *
     * @throws IllegalArgumentException if a limit is not above zero, or too large
     */
    public KeyLimits {
        models = List.copyOf(models);
        boolean positive = Stream.of(requestsPerMinute, inputTokensPerMinute, outputTokensPerMinute, openStreams)
                        .flatMap(Optional::stream)
                        .allMatch(limit -> limit > 0 && limit <= COUNT_MAX)
                && Stream.of(usdPerDay, usdPerMonth)
                        .flatMap(Optional::stream)
                        .allMatch(limit -> limit.signum() > 0 && limit.compareTo(USD_MAX) <= 0);
        if (!positive) {
            throw new IllegalArgumentException("limits are greater than zero, up to 10^12, or 10^7 dollars");
        }
        usdPerDay = usdPerDay.map(KeyLimits::budget);
        usdPerMonth = usdPerMonth.map(KeyLimits::budget);
    }

    /** Compared first: to give 1e-999999999 another scale takes gigabytes. */
    private static BigDecimal budget(BigDecimal usd) {
        BigDecimal inRange = usd.max(USD_MIN);
        return inRange.scale() > USD_PLACES_MAX ? inRange.setScale(USD_PLACES_MAX, RoundingMode.FLOOR) : inRange;
    }

    /** Whether this model may be asked. */
    public boolean allows(String model) {
        return models.isEmpty() || models.stream().anyMatch(model::startsWith);
    }

    /** Whether something has to be counted for this key. */
    public boolean metered() {
        return requestsPerMinute.isPresent()
                || inputTokensPerMinute.isPresent()
                || outputTokensPerMinute.isPresent()
                || openStreams.isPresent()
                || budgeted();
    }

    /** Whether money is limited. */
    public boolean budgeted() {
        return usdPerDay.isPresent() || usdPerMonth.isPresent();
    }
}
