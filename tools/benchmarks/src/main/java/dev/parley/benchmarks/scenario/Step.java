package dev.parley.benchmarks.scenario;

import static dev.parley.benchmarks.findings.Text.ms;
import static dev.parley.benchmarks.findings.Text.number;
import static dev.parley.benchmarks.load.Times.millis;

import dev.parley.benchmarks.load.Tally;

/**
 * One step of a sweep.
 *
 * @param offered requests a second
 * @param served right answers a second, until the last of them was complete
 * @param firstByteP95 milliseconds from when a request was due
 * @param lateness of the generator itself, p99 in milliseconds
 */
record Step(double offered, double served, double firstByteP95, int errors, String firstFlaw, double lateness) {
    private static final double FIRST_BYTE_MILLIS_MAX = 100;
    private static final double SERVED_MIN = 0.98;
    private static final double NANOS_PER_SECOND = 1e9;

    static Step of(double offered, Tally tally) {
        double span = tally.asked() / offered;
        return new Step(
                offered,
                tally.answered() / Math.max(span, tally.lastEnd() / NANOS_PER_SECOND),
                millis(tally.toFirstByte(), 95),
                tally.errors(),
                tally.firstFlaw(),
                millis(tally.lateness(), 99));
    }

    /** Whether nobody waited for long, nothing went wrong, and nothing was left behind. */
    boolean passes() {
        return errors == 0 && firstByteP95 <= FIRST_BYTE_MILLIS_MAX && served >= SERVED_MIN * offered;
    }

    String sentence() {
        return number(offered) + "/s: served " + number(served) + "/s, p95 first byte " + ms(firstByteP95)
                + (errors == 0 ? "" : ", " + errors + " errors, " + firstFlaw)
                + (passes() ? "" : " - too much");
    }
}
