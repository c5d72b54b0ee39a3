package dev.parley.gateway.limits;

import java.util.Map;

/**
 * What a request has used and saved.
 *
 * @param model the model that answered
 */
public record RequestUsage(String model, Map<UsageMetric, Long> amounts) {
    public RequestUsage {
        amounts = Map.copyOf(amounts);
    }
}
