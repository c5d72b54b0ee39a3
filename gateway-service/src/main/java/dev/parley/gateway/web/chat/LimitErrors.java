package dev.parley.gateway.web.chat;

import dev.parley.contracts.key.KeyLimits;
import dev.parley.gateway.limits.LedgerVerdict.Refused;
import dev.parley.gateway.limits.Limit;
import dev.parley.gateway.limits.LimitDecision;
import dev.parley.gateway.limits.LimitDecision.Admitted;
import dev.parley.gateway.limits.LimitDecision.FallbacksNotNamed;
import dev.parley.gateway.limits.LimitDecision.LimitReached;
import dev.parley.gateway.limits.LimitDecision.ModelNotAllowed;
import dev.parley.gateway.limits.LimitDecision.ModelWithoutPrice;
import dev.parley.gateway.limits.LimitDecision.RatesWithoutPrice;
import dev.parley.gateway.limits.Permit;
import dev.parley.gateway.web.response.ApiErrorException;
import dev.parley.messages.ApiError;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;

/**
 * The errors for requests that the limits of a key reject. A client may wait for a limit per minute; for a spent budget the
 * response tells SDKs not to retry ({@code x-should-retry}).
 */
final class LimitErrors {
    private LimitErrors() {}

    /** The permit of a decision made now, or an {@link ApiErrorException} if the request is rejected. */
    static Permit permit(LimitDecision decision, KeyLimits limits, Instant now) {
        return switch (decision) {
            case Admitted admitted -> admitted.permit();
            case LimitReached reached -> throw of(reached, limits, now);
            case ModelNotAllowed(String model) -> throw ApiErrorException.unknownModel(model);
            case ModelWithoutPrice(String model) ->
                throw ApiErrorException.invalidRequest(
                        "model: This key has a budget, and no price is configured for " + model + ".");
            case FallbacksNotNamed _ ->
                throw ApiErrorException.invalidRequest(
                        "fallbacks: This key has a budget or may use certain models only: each fallback has to name its"
                                + " model.");
            case RatesWithoutPrice _ ->
                throw ApiErrorException.invalidRequest(
                        "speed, inference_geo: This key has a budget, and these rates have no price.");
        };
    }

    private static ApiErrorException of(LimitReached reached, KeyLimits limits, Instant now) {
        Refused refused = reached.verdict();
        long seconds = Math.max(1, (refused.retryAfter().toMillis() + 999) / 1000);
        return new ApiErrorException(
                ApiError.of(429, message(refused, limits, reached.costAtMost(), now)),
                Long.toString(seconds),
                refused.limits(),
                refused.limit() == Limit.DAY || refused.limit() == Limit.MONTH);
    }

    private static String message(Refused refused, KeyLimits limits, BigDecimal cost, Instant now) {
        return switch (refused.limit()) {
            case REQUESTS ->
                "This key's limit of " + shown(limits.requestsPerMinute()) + " requests a minute is reached.";
            case INPUT_TOKENS ->
                "This key's limit of " + shown(limits.inputTokensPerMinute()) + " input tokens a minute is reached.";
            case OUTPUT_TOKENS ->
                "This key's limit of " + shown(limits.outputTokensPerMinute()) + " output tokens a minute is reached.";
            case OPEN_STREAMS -> "This key's limit of " + shown(limits.openStreams()) + " open answers is reached.";
            case DAY -> "This key's budget of $" + shown(limits.usdPerDay()) + " a day " + leaves(refused, cost, now);
            case MONTH ->
                "This key's budget of $" + shown(limits.usdPerMonth()) + " a month " + leaves(refused, cost, now);
            case RESERVED ->
                "The rest of this key's budget is reserved for requests under way; it may be free in a moment.";
            case LOCAL_SHARE ->
                "This key's spending cannot be read at the moment, and the share of its budget for that time leaves too"
                        + " little for this request.";
        };
    }

    /** The only place that names the end of the period: a spent budget has no {@code retry-after}. */
    private static String leaves(Refused refused, BigDecimal cost, Instant now) {
        return "leaves $" + refused.left().setScale(4, RoundingMode.DOWN).toPlainString() + " until "
                + now.plus(refused.retryAfter()).truncatedTo(ChronoUnit.SECONDS) + ", and this request may cost up to $"
                + cost.setScale(4, RoundingMode.UP).toPlainString() + ". A smaller max_tokens may fit.";
    }

    private static String shown(Optional<?> limit) {
        return limit.map(Object::toString).orElse("");
    }
}
