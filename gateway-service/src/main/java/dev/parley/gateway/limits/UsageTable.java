package dev.parley.gateway.limits;

import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** Sums of usage by some dimensions, in the order of their values, and the sum of all. */
public final class UsageTable {
    /** More rows than allowed. */
    public static final class TooManyRowsException extends RuntimeException {
        private static final long serialVersionUID = 1;

        TooManyRowsException(int rowsMax) {
            super("more than " + rowsMax + " rows");
        }
    }

    private static final String SEPARATOR = "\0";

    /**
     * A row.
     *
     * @param values of the dimensions of the table, in their order
     */
    public record Row(List<String> values, Map<UsageMetric, Long> amounts) {}

    private final Set<UsageDimension> dimensions;
    private final int rowsMax;
    private final Map<String, Row> rows = new TreeMap<>();
    private final Map<UsageMetric, Long> total = new EnumMap<>(UsageMetric.class);

    public UsageTable(Set<UsageDimension> dimensions, int rowsMax) {
        this.dimensions = dimensions.isEmpty() ? Set.of() : EnumSet.copyOf(dimensions);
        this.rowsMax = rowsMax;
    }

    /** Adds an amount, or throws {@link TooManyRowsException} if it needs a row too many. */
    public void add(String tenant, DailyUsage used) {
        List<String> values = dimensions.stream()
                .map(dimension -> switch (dimension) {
                    case DAY -> used.day();
                    case TENANT -> tenant;
                    case KEY -> used.key().value();
                    case MODEL -> used.model();
                })
                .toList();
        rows.computeIfAbsent(String.join(SEPARATOR, values), _ -> new Row(values, new EnumMap<>(UsageMetric.class)))
                .amounts()
                .merge(used.metric(), used.amount(), Long::sum);
        if (rows.size() > rowsMax) {
            throw new TooManyRowsException(rowsMax);
        }
        total.merge(used.metric(), used.amount(), Long::sum);
    }

    public List<Row> rows() {
        return List.copyOf(rows.values());
    }

    public Map<UsageMetric, Long> total() {
        return total;
    }

    /** The dimensions, in their order. */
    public List<UsageDimension> dimensions() {
        return List.copyOf(dimensions);
    }
}
