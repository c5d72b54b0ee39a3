package dev.parley.benchmarks.scenario;

import static dev.parley.benchmarks.load.LoadResult.millis;
import static dev.parley.benchmarks.report.Format.ms;
import static dev.parley.benchmarks.report.Format.number;

import dev.parley.benchmarks.load.LoadResult;
import java.util.ArrayList;
import java.util.List;

/**
 * A search for the highest rate that passes: it doubles until a rate fails, then bisects. A rate has failed when it has
 * failed twice, because a single failure may be a disturbance.
 */
final class RateSearch {
    private final double width;
    private final double most;
    private double passed;
    private double failed = Double.POSITIVE_INFINITY;
    private double rate;
    private boolean failedOnce;
    private final List<Step> steps = new ArrayList<>();

    /**
     * @param width how far apart, as a share, the highest that passes and the lowest that fails may be in the end
     * @param most the highest rate that is tried
     */
    RateSearch(double first, double width, double most) {
        this.rate = first;
        this.width = width;
        this.most = most;
    }

    /** The rate to try next. */
    double rate() {
        return rate;
    }

    /** The highest rate that has passed; 0 if none has. */
    double highest() {
        return passed;
    }

    boolean done() {
        return failed <= passed * (1 + width) || rate > most || rate < 1;
    }

    /** The steps so far. */
    List<Step> steps() {
        return steps;
    }

    void tried(Step step) {
        steps.add(step);
        tried(step.passes());
    }

    void tried(boolean passes) {
        if (passes) {
            passed = rate;
        } else if (!failedOnce) {
            failedOnce = true;
            return;
        } else {
            failed = rate;
        }
        failedOnce = false;
        rate = Double.isInfinite(failed) ? passed * 2 : (passed + failed) / 2;
    }

    /**
     * The measurement of one rate.
     *
     * @param offered requests a second
     * @param served right answers a second, until a second before the last one ended, but at least over the time of the load:
     *     neither the length of an answer nor that of the measurement decides
     * @param firstByteP95 milliseconds from when a request was due
     * @param lateness of the generator itself, p99 in milliseconds
     */
    record Step(double offered, double served, double firstByteP95, int errors, String firstError, double lateness) {
        private static final double FIRST_BYTE_MILLIS_MAX = 100;
        private static final double SERVED_MIN = 0.98;
        private static final double TO_COMPLETE_SECONDS = 1;
        private static final double NANOS_PER_SECOND = 1e9;

        static Step of(double offered, LoadResult result) {
            double seconds =
                    Math.max(result.asked() / offered, result.lastEnd() / NANOS_PER_SECOND - TO_COMPLETE_SECONDS);
            return new Step(
                    offered,
                    result.answered() / seconds,
                    millis(result.toFirstByte(), 95),
                    result.errors(),
                    result.firstError(),
                    millis(result.lateness(), 99));
        }

        boolean passes() {
            return errors == 0 && firstByteP95 <= FIRST_BYTE_MILLIS_MAX && served >= SERVED_MIN * offered;
        }

        String sentence() {
            return number(offered) + "/s: served " + number(served) + "/s, p95 first byte " + ms(firstByteP95)
                    + (errors == 0 ? "" : ", " + errors + " errors, " + firstError)
                    + (passes() ? "" : " - too much");
        }
    }
}
