package dev.parley.gateway.limits;

import java.util.Locale;

/** What is counted for the usage report of a key. Dollars are counted in {@link DollarUnits}. */
public enum UsageMetric {
    REQUESTS,
    /** Requests that were answered from the cache, or with the answer to an identical one. */
    CACHED_REQUESTS,
    INPUT_TOKENS,
    OUTPUT_TOKENS,
    CACHE_CREATION_INPUT_TOKENS,
    CACHE_READ_INPUT_TOKENS,
    /** Requests whose cost is unknown, because the model has no price. */
    UNPRICED_REQUESTS,
    COST_USD,
    /** The price of cached answers, had they been made again. */
    SAVED_BY_CACHE_USD,
    /** What the stronger models of aliases would have cost more. */
    SAVED_BY_ROUTING_USD,
    /** What prompts would have cost more without Claude's prompt cache; negative if they were mainly written to it. */
    SAVED_BY_PROMPT_CACHE_USD;

    /** Its name in JSON and in the ledger. */
    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Whether it counts dollars. */
    public boolean dollars() {
        return name().endsWith("_USD");
    }
}
