package dev.parley.gateway.limits;

import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** Sums of usage by some dimensions, in the order of their values, and the sum of all. */
public final class UsageTable {
    private static final String SEPARATOR = "\0";

    /** A row, with the values of the dimensions in their order. */
    public record Row(Map<UsageDimension, String> values, Map<UsageMetric, Long> amounts) {}

    private final Set<UsageDimension> dimensions;
    private final Map<String, Row> rows = new TreeMap<>();
    private final Map<UsageMetric, Long> total = new EnumMap<>(UsageMetric.class);

    public UsageTable(Set<UsageDimension> dimensions) {
        this.dimensions = Set.copyOf(dimensions);
    }

    public void add(String tenant, DailyUsage used) {
        Map<UsageDimension, String> values = new EnumMap<>(Map.of(
                UsageDimension.DAY, used.day(),
                UsageDimension.TENANT, tenant,
                UsageDimension.KEY, used.key().value(),
                UsageDimension.MODEL, used.model()));
        values.keySet().retainAll(dimensions);
        String place = String.join(SEPARATOR, values.values());
        rows.computeIfAbsent(place, _ -> new Row(values, new EnumMap<>(UsageMetric.class)))
                .amounts()
                .merge(used.metric(), used.amount(), Long::sum);
        total.merge(used.metric(), used.amount(), Long::sum);
    }

    public int size() {
        return rows.size();
    }

    public List<Row> rows() {
        return List.copyOf(rows.values());
    }

    public Map<UsageMetric, Long> total() {
        return total;
    }
}
