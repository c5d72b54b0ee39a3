package dev.parley.benchmarks.contestant;

/** Whom Parley is measured against, and itself. */
public enum Rival {
    /** Claude, called directly. */
    DIRECT("direct"),
    /** A proxy that does nothing but pass bytes on. */
    NGINX("nginx"),
    /** A popular gateway, without a log. */
    PORTKEY("Portkey"),
    /** The endpoint that Parley replaces. */
    PREDECESSOR("the endpoint as it was"),
    PARLEY("Parley");

    private final String label;

    Rival(String label) {
        this.label = label;
    }

    public String label() {
        return label;
    }
}
