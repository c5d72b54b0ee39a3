package dev.parley.gateway.web.usage;

import dev.parley.gateway.limits.DollarUnits;
import dev.parley.gateway.limits.UsageMetric;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.node.ObjectNode;

/** Amounts of usage as JSON: all metrics by their names, dollars as decimal numbers. */
final class UsageJson {
    private UsageJson() {}

    /** Adds the time until which all turns are counted; null while that is unknown, as when they are counted again. */
    static ObjectNode putCountedUntil(ObjectNode object, Optional<Instant> time) {
        return object.put("counted_until", time.isPresent() ? time.get().toString() : null);
    }

    /** Adds all metrics to an object; those without an amount are 0. */
    static ObjectNode put(ObjectNode object, Map<UsageMetric, Long> amounts) {
        for (UsageMetric metric : UsageMetric.values()) {
            long amount = amounts.getOrDefault(metric, 0L);
            if (metric.dollars()) {
                object.put(metric.text(), DollarUnits.dollars(BigDecimal.valueOf(amount)));
            } else {
                object.put(metric.text(), amount);
            }
        }
        return object;
    }
}
