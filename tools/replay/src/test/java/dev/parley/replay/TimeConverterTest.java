package dev.parley.replay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine.TypeConversionException;

class TimeConverterTest {
    private static final Clock NOON = Clock.fixed(Instant.parse("2026-11-24T12:00:00Z"), ZoneOffset.UTC);

    private final TimeConverter converter = new TimeConverter(NOON);

    @ParameterizedTest
    @CsvSource({
        "now, 2026-11-24T12:00:00Z",
        "45s, 2026-11-24T11:59:15Z",
        "15m, 2026-11-24T11:45:00Z",
        "2h, 2026-11-24T10:00:00Z",
        "1d, 2026-11-23T12:00:00Z",
        "1w, 2026-11-17T12:00:00Z",
        "1d12h30m, 2026-11-22T23:30:00Z",
        "2026-11-20, 2026-11-20T00:00:00Z",
        "2026-11-20T09:30, 2026-11-20T09:30:00Z",
        "2026-11-20 09:30:15, 2026-11-20T09:30:15Z",
        "2026-11-20T09:30:15.250Z, 2026-11-20T09:30:15.250Z",
        "2026-11-20T09:30:00+02:00, 2026-11-20T07:30:00Z",
        "2026-11-20T09:30+02:00, 2026-11-20T07:30:00Z",
    })
    void parsesAgesDatesAndTimes(String text, Instant time) {
        assertThat(converter.convert(text)).isEqualTo(time);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "15",
                "m",
                "15x",
                "-15m",
                "yesterday",
                "2026-13-01",
                "2026-02-30",
                "24.11.2026",
                "2026-11-20T24:00",
                "2026-11-20+01:00",
                "9999999999999d"
            })
    void rejectsOtherTextWithExamples(String text) {
        assertThatThrownBy(() -> converter.convert(text))
                .isInstanceOf(TypeConversionException.class)
                .hasMessageContaining("'" + text + "'")
                .hasMessageContaining("15m");
    }
}
