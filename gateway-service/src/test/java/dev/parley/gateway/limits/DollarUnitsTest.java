package dev.parley.gateway.limits;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.math.RoundingMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class DollarUnitsTest {
    @ParameterizedTest
    @CsvSource({"0, 0", "100, 0.000001", "12300000, 0.123", "10000000000, 100"})
    void dollarsAreWrittenAsPeopleWriteThem(long units, String dollars) {
        BigDecimal amount = DollarUnits.dollars(BigDecimal.valueOf(units));

        assertThat(amount).hasToString(dollars);
        assertThat(DollarUnits.of(amount, RoundingMode.UNNECESSARY)).isEqualTo(units);
    }
}
