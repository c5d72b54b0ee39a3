package dev.parley.gateway.pulse;

/**
 * A number of things that there are now.
 *
 * @param whole whether all replicas were reached; otherwise there may be more
 */
public record Gauge(double value, boolean whole) {}
