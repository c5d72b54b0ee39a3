package dev.parley.gateway.limits;

import java.time.Duration;
import java.time.Instant;
import java.time.YearMonth;
import java.time.ZoneOffset;

/** The current UTC day and month, over which budgets are counted. Their names sort by time. */
public record BudgetPeriods(String day, String month, Instant dayEnds, Instant monthBegan, Instant monthEnds) {
    public static BudgetPeriods at(Instant now) {
        var date = now.atOffset(ZoneOffset.UTC).toLocalDate();
        var month = YearMonth.from(date);
        return new BudgetPeriods(
                date.toString(),
                month.toString(),
                date.plusDays(1).atStartOfDay(ZoneOffset.UTC).toInstant(),
                month.atDay(1).atStartOfDay(ZoneOffset.UTC).toInstant(),
                month.plusMonths(1).atDay(1).atStartOfDay(ZoneOffset.UTC).toInstant());
    }

    /** Usage is kept from this time on. */
    public Instant previousMonthBegan() {
        return monthBegan.atOffset(ZoneOffset.UTC).minusMonths(1).toInstant();
    }

    /** The time until a limit admits requests again; {@code refill} for limits that do not end with a period. */
    public Duration retryAfter(Limit limit, Duration refill, Instant now) {
        return switch (limit) {
            case DAY -> Duration.between(now, dayEnds);
            case MONTH -> Duration.between(now, monthEnds);
            case REQUESTS, INPUT_TOKENS, OUTPUT_TOKENS, OPEN_STREAMS, RESERVED, LOCAL_SHARE -> refill;
        };
    }
}
