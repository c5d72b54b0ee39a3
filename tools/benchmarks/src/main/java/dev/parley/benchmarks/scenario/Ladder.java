package dev.parley.benchmarks.scenario;

/**
 * Searches the highest rate that passes: doubles until one fails, then halves what lies between. A rate has failed when it
 * has failed twice, for a machine stumbles now and then.
 */
final class Ladder {
    private final double width;
    private final double most;
    private double passed;
    private double failed = Double.POSITIVE_INFINITY;
    private double rate;
    private boolean stumbled;

    /**
     * Begins at a rate.
     *
     * @param width how far apart, as a share, the highest that passes and the lowest that fails may be in the end
     * @param most the highest rate that is tried
     */
    Ladder(double first, double width, double most) {
        this.rate = first;
        this.width = width;
        this.most = most;
    }

    /** The rate that is to be tried next. */
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

    void tried(boolean passes) {
        if (passes) {
            passed = rate;
        } else if (!stumbled) {
            stumbled = true;
            return;
        } else {
            failed = rate;
        }
        stumbled = false;
        rate = Double.isInfinite(failed) ? passed * 2 : (passed + failed) / 2;
    }
}
