package dev.parley.gateway.limits;

import java.time.Duration;
import java.time.Instant;
import java.time.YearMonth;
import java.time.ZoneOffset;

/** The day and the month, by UTC, that money is counted in. Their names sort by time. */
public record Calendar(String day, String month, Instant dayEnds, Instant monthBegan, Instant monthEnds) {
    public static Calendar at(Instant now) {
        var date = now.atOffset(ZoneOffset.UTC).toLocalDate();
        var month = YearMonth.from(date);
        return new Calendar(
                date.toString(),
                month.toString(),
                date.plusDays(1).atStartOfDay(ZoneOffset.UTC).toInstant(),
                month.atDay(1).atStartOfDay(ZoneOffset.UTC).toInstant(),
                month.plusMonths(1).atDay(1).atStartOfDay(ZoneOffset.UTC).toInstant());
    }

    /**
     * When more may be had of what is missing.
     *
     * @param refill how long it takes where it comes back by itself
     */
    public Duration patience(Limit limit, Duration refill, Instant now) {
        return switch (limit) {
            case DAY -> Duration.between(now, dayEnds);
            case MONTH -> Duration.between(now, monthEnds);
            case REQUESTS, INPUT_TOKENS, OUTPUT_TOKENS, OPEN_STREAMS, RESERVED -> refill;
        };
    }
}
