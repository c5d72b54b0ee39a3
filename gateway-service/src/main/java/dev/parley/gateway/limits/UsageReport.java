package dev.parley.gateway.limits;

import java.util.EnumMap;
import java.util.Map;
import java.util.TreeMap;

/** The usage of a key today, in this month, and in this month by model. By UTC. Metrics that are zero may be missing. */
public record UsageReport(
        Map<UsageMetric, Long> today, Map<UsageMetric, Long> month, Map<String, Map<UsageMetric, Long>> models) {
    /** An empty report, to which amounts are added. */
    public UsageReport() {
        this(new EnumMap<>(UsageMetric.class), new EnumMap<>(UsageMetric.class), new TreeMap<>());
    }

    /** Adds an amount of this month. */
    public void add(boolean isToday, String model, UsageMetric metric, long amount) {
        if (isToday) {
            today.merge(metric, amount, Long::sum);
        }
        month.merge(metric, amount, Long::sum);
        models.computeIfAbsent(model, _ -> new EnumMap<>(UsageMetric.class)).merge(metric, amount, Long::sum);
    }
}
