package dev.parley.benchmarks.system;

import java.util.List;

/** The systems that are compared. */
public enum SystemName {
    /** The simulated Claude, called directly. */
    DIRECT("direct"),
    /** A plain reverse proxy. */
    NGINX("nginx"),
    /** The least gateway on the JVM, without a log. */
    PASS_THROUGH("pass-through"),
    /** An AI gateway without a log. */
    PORTKEY("Portkey"),
    /** The chat endpoint that Parley replaces. */
    FORMER_ENDPOINT("former endpoint"),
    PARLEY("Parley");

    /** All that stream, in the order of reports. */
    public static final List<SystemName> STREAMING = List.of(DIRECT, NGINX, PASS_THROUGH, PORTKEY, PARLEY);

    private final String label;

    SystemName(String label) {
        this.label = label;
    }

    public String label() {
        return label;
    }
}
