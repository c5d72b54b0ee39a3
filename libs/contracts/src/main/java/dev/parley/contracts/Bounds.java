package dev.parley.contracts;

import java.math.BigDecimal;
import java.time.Duration;

/**
 * Bounds of settings, checked when a service starts. Beyond one, a method throws an {@link IllegalArgumentException} with the
 * setting, its bound and its value.
 */
public final class Bounds {
    private static final Duration SHORTEST = Duration.ofMillis(1);
    private static final String NOT_NEGATIVE = "at least 0";

    private Bounds() {}

    public static void atLeast(String setting, long value, long min) {
        require(value >= min, setting, "at least " + min, value);
    }

    public static void atLeast(String other, long min, String setting, long value) {
        require(value >= min, setting, "at least " + other + " (" + min + ")", value);
    }

    public static void between(String setting, long value, long min, long max) {
        require(value >= min && value <= max, setting, "from " + min + " to " + max, value);
    }

    public static void between(String setting, BigDecimal value, BigDecimal min, BigDecimal max) {
        require(
                value.compareTo(min) >= 0 && value.compareTo(max) <= 0,
                setting,
                "from " + min.toPlainString() + " to " + max.toPlainString(),
                value);
    }

    /** A share, from 0 to 1. */
    public static void share(String setting, double value) {
        require(value >= 0 && value <= 1, setting, "from 0 to 1", value);
    }

    /** A time of at least 1 ms, in which times are counted. */
    public static void positive(String setting, Duration value) {
        atLeast(setting, value, SHORTEST);
    }

    public static void notNegative(String setting, Duration value) {
        require(!value.isNegative(), setting, NOT_NEGATIVE, value);
    }

    public static void notNegative(String setting, BigDecimal value) {
        require(value.signum() >= 0, setting, NOT_NEGATIVE, value);
    }

    public static void atLeast(String setting, Duration value, Duration min) {
        require(value.compareTo(min) >= 0, setting, "at least " + min.toMillis() + " ms", value);
    }

    public static void longerThan(String other, Duration lower, String setting, Duration value) {
        require(value.compareTo(lower) > 0, setting, "longer than " + other + " (" + lower + ")", value);
    }

    private static void require(boolean holds, String setting, String bound, Object value) {
        if (!holds) {
            throw new IllegalArgumentException(setting + " is " + value + "; it must be " + bound);
        }
    }
}
