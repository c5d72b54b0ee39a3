package dev.parley.gateway.limits;

import dev.parley.contracts.TextEnum;

/** What is counted for the usage report of a key. Dollars are counted in {@link DollarUnits}. */
public enum UsageMetric implements TextEnum {
    REQUESTS,
    /** Requests that were answered from the cache, or with the answer to an identical one. */
    CACHED_REQUESTS,
    /** Those of them that were answered with the answer to a similar question. */
    SIMILAR_REQUESTS,
    INPUT_TOKENS,
    OUTPUT_TOKENS,
    CACHE_CREATION_INPUT_TOKENS,
    CACHE_READ_INPUT_TOKENS,
    /** Requests whose cost is unknown: a model, a server tool or a rate has no price, or Claude has not reported the usage of a call. */
    UNPRICED_REQUESTS,
    COST_USD,
    /** The price of answers to identical requests, had they been made again. */
    SAVED_BY_EXACT_USD,
    /** The price of answers to similar questions, had they been made. */
    SAVED_BY_SIMILAR_USD,
    /** What the stronger models of aliases would have cost more. */
    SAVED_BY_ROUTING_USD,
    /** What prompts would have cost more without Claude's prompt cache; negative if they were mainly written to it. */
    SAVED_BY_PROMPT_CACHE_USD;

    public boolean dollars() {
        return name().endsWith("_USD");
    }
}
