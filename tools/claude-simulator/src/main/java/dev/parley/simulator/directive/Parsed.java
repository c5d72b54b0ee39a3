package dev.parley.simulator.directive;

/** What a text turned out to hold. */
public sealed interface Parsed {
    /**
     * Directives, or none.
     *
     * @param rest the text without them
     */
    record Found(Directives directives, String rest) implements Parsed {}

    /** Something that looks like a directive and is not one; a typing error must not pass for a test that works. */
    record Misspelt(String message) implements Parsed {}
}
