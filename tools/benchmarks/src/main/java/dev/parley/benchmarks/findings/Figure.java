package dev.parley.benchmarks.findings;

/**
 * A number that the next run is compared with.
 *
 * @param name the same in every run, such as {@code first-token.parley.added-median}
 * @param noise the relative change that one and the same system shows from run to run: 0.2 is 20 %
 */
public record Figure(String name, double value, String unit, Better better, double noise) {
    /** Which way is an improvement. */
    public enum Better {
        LOWER,
        HIGHER
    }

    public static Figure lower(String name, double value, String unit, double noise) {
        return new Figure(name, value, unit, Better.LOWER, noise);
    }

    public static Figure higher(String name, double value, String unit, double noise) {
        return new Figure(name, value, unit, Better.HIGHER, noise);
    }
}
