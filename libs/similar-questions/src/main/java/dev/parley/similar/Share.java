package dev.parley.similar;

/**
 * A share with its Wilson interval of 95 %.
 *
 * @param value 0 if there is nothing to share
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
                round(share), round((centre - spread) / (1 + square)), round((centre + spread) / (1 + square)));
    }

    private static double round(double value) {
        return Math.round(value * 1e5) / 1e5;
    }
}
