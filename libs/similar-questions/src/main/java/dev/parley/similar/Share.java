package dev.parley.similar;

/**
 * A share with its interval of 95 % (the score interval of Wilson, 1927).
 *
 * @param value 0 of nothing, with the interval from 0 to 1
 */
public record Share(double value, double low, double high) {
    private static final double Z = 1.96;

    public static Share of(long part, long whole) {
        if (whole == 0) {
            return new Share(0, 0, 1);
        }
        double share = (double) part / whole;
        double square = Z * Z / whole;
        double centre = share + square / 2;
        double spread = Z * Math.sqrt(share * (1 - share) / whole + square / 4 / whole);
        return new Share(
                share, Math.max(0, (centre - spread) / (1 + square)), Math.min(1, (centre + spread) / (1 + square)));
    }
}
