package dev.parley.gateway.limits;

import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** Sums of usage by some dimensions, in the order of their values, and the sum of all. */
public final class UsageTable {
    private static final String SEPARATOR = "\0";

    /**
     * A row.
     *
     * @param values of the dimensions of the table, in their order
     */
    public record Row(List<String> values, Map<UsageMetric, Long> amounts) {}

    private final Set<UsageDimension> dimensions;
    private final Map<String, Row> rows = new TreeMap<>();
    private final Map<UsageMetric, Long> total = new EnumMap<>(UsageMetric.class);

    public UsageTable(Set<UsageDimension> dimensions) {
        this.dimensions = dimensions.isEmpty() ? Set.of() : EnumSet.copyOf(dimensions);
    }

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
        total.merge(used.metric(), used.amount(), Long::sum);
    }

    /** The number of rows. */
    public int size() {
        return rows.size();
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
