package dev.parley.benchmarks.report;

import java.util.Locale;

/** Formats numbers for people. */
public final class Format {
    private Format() {}

    /** {@code 1.23 ms}, {@code 12.3 ms}, {@code 1,234 ms}. */
    public static String ms(double millis) {
        return number(millis) + " ms";
    }

    /** Three significant digits, or a whole number. */
    public static String number(double value) {
        double size = Math.abs(value);
        String format = size >= 100 || value == Math.rint(value) ? "%,.0f" : size >= 10 ? "%.1f" : "%.2f";
        return String.format(Locale.ROOT, format, value);
    }

    /** {@code 2.3 ×}. */
    public static String times(double ratio) {
        return number(ratio) + " ×";
    }

    public static String percent(double share) {
        return String.format(Locale.ROOT, "%.1f %%", share * 100);
    }
}
