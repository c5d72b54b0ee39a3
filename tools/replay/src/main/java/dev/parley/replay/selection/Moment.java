package dev.parley.replay.selection;

import java.time.Clock;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeParseException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A point in time as people write it: {@code 15m}, {@code 2h}, {@code 1d12h} ago, {@code now}, a date, or an ISO 8601
 * time. What names no time zone is UTC.
 */
public final class Moment {
    private static final Pattern AGO = Pattern.compile("(\\d{1,9}[smhdw])+");
    private static final Pattern PART = Pattern.compile("(\\d+)([smhdw])");

    private Moment() {}

    /**
     * The instant that {@code text} means.
     *
     * @throws IllegalArgumentException if it means none
     */
    public static Instant parse(String text, Clock clock) {
        try {
            if (text.equals("now")) {
                return clock.instant();
            }
            return AGO.matcher(text).matches() ? clock.instant().minus(duration(text)) : calendar(text);
        } catch (DateTimeException | ArithmeticException e) {
            throw new IllegalArgumentException(
                    "'" + text + "' is no time: write 15m, 2h, 1d, now, 2026-11-24 or 2026-11-24T09:30:00Z", e);
        }
    }

    private static Duration duration(String text) {
        Duration sum = Duration.ZERO;
        Matcher part = PART.matcher(text);
        while (part.find()) {
            long count = Long.parseLong(part.group(1));
            sum = sum.plus(
                    switch (part.group(2)) {
                        case "s" -> Duration.ofSeconds(count);
                        case "m" -> Duration.ofMinutes(count);
                        case "h" -> Duration.ofHours(count);
                        case "d" -> Duration.ofDays(count);
                        default -> Duration.ofDays(7 * count);
                    });
        }
        return sum;
    }

    private static Instant calendar(String text) {
        if (text.length() == 10) {
            return LocalDate.parse(text).atStartOfDay(ZoneOffset.UTC).toInstant();
        }
        String iso = text.replace(' ', 'T');
        try {
            return OffsetDateTime.parse(iso).toInstant();
        } catch (DateTimeParseException withoutOffset) {
            return LocalDateTime.parse(iso).toInstant(ZoneOffset.UTC);
        }
    }
}
