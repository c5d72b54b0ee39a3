package dev.parley.replay;

import static java.util.Objects.requireNonNull;

import java.time.Clock;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.format.ResolverStyle;
import java.time.temporal.ChronoField;
import java.util.Map;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Parses TIME arguments: an age such as {@code 1d12h}, {@code now}, a date, or an ISO 8601 time, by default in UTC. */
public record TimeConverter(Clock clock) implements ITypeConverter<Instant> {
    private static final Pattern AGE = Pattern.compile("(\\d{1,9}[smhdw])+");
    private static final Pattern AGE_PART = Pattern.compile("(\\d+)([smhdw])");
    private static final Map<String, Duration> UNITS = Map.of(
            "s", Duration.ofSeconds(1),
            "m", Duration.ofMinutes(1),
            "h", Duration.ofHours(1),
            "d", Duration.ofDays(1),
            "w", Duration.ofDays(7));

    private static final DateTimeFormatter DATE_OR_TIME = new DateTimeFormatterBuilder()
            .parseCaseInsensitive()
            .append(DateTimeFormatter.ISO_LOCAL_DATE)
            .optionalStart()
            .appendLiteral('T')
            .append(DateTimeFormatter.ISO_LOCAL_TIME)
            .optionalStart()
            .appendOffsetId()
            .optionalEnd()
            .optionalEnd()
            .parseDefaulting(ChronoField.HOUR_OF_DAY, 0)
            .parseDefaulting(ChronoField.OFFSET_SECONDS, 0)
            .toFormatter()
            .withResolverStyle(ResolverStyle.STRICT);

    @Override
    public Instant convert(String text) {
        try {
            if (text.equals("now")) {
                return clock.instant();
            }
            return AGE.matcher(text).matches()
                    ? clock.instant().minus(duration(text))
                    : DATE_OR_TIME.parse(text.replace(' ', 'T'), Instant::from);
        } catch (DateTimeException | ArithmeticException e) {
            throw new TypeConversionException(
                    "'" + text + "' is not a time: use 15m, 2h, 1d, now, 2026-11-24 or 2026-11-24T09:30:00Z");
        }
    }

    private static Duration duration(String age) {
        return AGE_PART.matcher(age)
                .results()
                .map(part -> requireNonNull(UNITS.get(part.group(2))).multipliedBy(Long.parseLong(part.group(1))))
                .reduce(Duration.ZERO, Duration::plus);
    }
}
