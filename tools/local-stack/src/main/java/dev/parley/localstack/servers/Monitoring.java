package dev.parley.localstack.servers;

import java.time.Duration;
import java.util.function.UnaryOperator;

/**
 * How Prometheus watches the system.
 *
 * @param interval between two scrapes, and between two evaluations of the rules; whole seconds
 * @param rules what becomes of the rule file: a test may shorten its durations
 */
public record Monitoring(Duration interval, UnaryOperator<String> rules) {
    /** With the rules as they are. */
    public static final Monitoring STANDARD = new Monitoring(Duration.ofSeconds(5), UnaryOperator.identity());
}
