package dev.parley.contracts.delta;

/**
 * The model that answers a request for an alias.
 *
 * @param model as in the request to Claude, or as Claude named it
 * @param reason {@code score}, a rule, a mode of the router, {@code cached} or {@code fallback}
 */
public record AnsweredBy(String model, String reason) {}
