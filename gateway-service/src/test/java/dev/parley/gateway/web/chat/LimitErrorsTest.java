package dev.parley.gateway.web.chat;

import static dev.parley.gateway.web.response.Refusals.assertRefused;
import static dev.parley.testing.Events.limits;
import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.contracts.key.KeyLimits;
import dev.parley.gateway.limits.LedgerVerdict.Refused;
import dev.parley.gateway.limits.Limit;
import dev.parley.gateway.limits.LimitDecision.LimitReached;
import dev.parley.gateway.limits.RateLimits;
import dev.parley.gateway.web.response.ApiErrorException;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class LimitErrorsTest {
    private static final Instant NOW = Instant.parse("2026-12-01T19:00:00.004Z");
    private static final KeyLimits DOLLAR_A_DAY = limits(key -> key.usdPerDay = Optional.of(BigDecimal.ONE));

    @Test
    void aSpentBudgetTellsWhatIsLeft() {
        ApiErrorException error = refused(Limit.DAY, Duration.ofHours(5), new BigDecimal("0.25"));
        assertThat(error.error().message())
                .startsWith(
                        "This key's budget of $1 a day leaves $0.2500 until 2026-12-02T00:00:00Z, and this request may"
                                + " cost up to $0.6000.");
    }

    /** A bucket of tokens that answers have overdrawn is full again after more than a minute. */
    @ParameterizedTest
    @EnumSource
    void onlyASpentBudgetIsNotWorthRetrying(Limit limit) {
        boolean spent = limit == Limit.DAY || limit == Limit.MONTH;
        for (Duration wait : List.of(Duration.ofSeconds(1), Duration.ofMinutes(4), Duration.ofHours(5))) {
            ApiErrorException.Response response =
                    refused(limit, wait, BigDecimal.ZERO).response();
            assertThat(response.worthRetrying()).as("after %s", wait).isEqualTo(!spent);
            assertThat(response.code()).isEqualTo(spent ? "insufficient_quota" : "rate_limit_exceeded");
        }
    }

    @Test
    void aUsedUpLocalShareDoesNotTellWhatIsLeft() {
        ApiErrorException error = refused(Limit.LOCAL_SHARE, Duration.ofSeconds(1), BigDecimal.ZERO);
        assertThat(error.response().retryAfter()).isEqualTo("1");
        assertThat(error.error().message())
                .startsWith("This key's spending cannot be read at the moment")
                .doesNotContain("$");
    }

    private static ApiErrorException refused(Limit limit, Duration retryAfter, BigDecimal left) {
        Refused verdict = new Refused(RateLimits.NONE, limit, retryAfter, left);
        return assertRefused(
                429, () -> LimitErrors.permit(new LimitReached(verdict, new BigDecimal("0.6")), DOLLAR_A_DAY, NOW));
    }
}
