package dev.parley.gateway.limits;

import java.math.BigDecimal;
import java.math.RoundingMode;

/** Amounts of dollars as integers, in units of 10<sup>-8</sup> US dollars, which are added without rounding. */
public final class DollarUnits {
    private static final int SCALE = 8;

    private DollarUnits() {}

    /** The units of an amount of dollars. */
    public static long of(BigDecimal dollars, RoundingMode rounding) {
        return dollars.movePointRight(SCALE).setScale(0, rounding).longValueExact();
    }

    /** The dollars of an amount of units, without trailing zeros and, from a millionth on, without an exponent. */
    public static BigDecimal dollars(BigDecimal units) {
        BigDecimal dollars = units.movePointLeft(SCALE).stripTrailingZeros();
        return dollars.scale() < 0 ? dollars.setScale(0) : dollars;
    }
}
