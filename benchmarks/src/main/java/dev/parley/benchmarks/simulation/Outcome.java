package dev.parley.benchmarks.simulation;

import static dev.parley.benchmarks.load.Times.millis;

import dev.parley.benchmarks.load.Tally;
import dev.parley.benchmarks.simulation.ServiceTimes.Spread;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.HdrHistogram.Histogram;

/** What a simulation has seen from the beginning to the end of its window. */
final class Outcome {
    private static final double NANOS_PER_SECOND = 1e9;

    private final double from;
    private final double until;
    private final Histogram firstToken = Tally.histogram();
    private final Histogram gaps = Tally.histogram();
    private final SortedMap<String, Double> busy = new TreeMap<>();
    private double coresInUse;
    private long deltas;
    private long records;
    private long foreignRecords;

    Outcome(double from, double until) {
        this.from = from;
        this.until = until;
    }

    void firstToken(double asked, double seconds) {
        if (within(asked)) {
            firstToken.recordValue(nanos(seconds));
        }
    }

    void gap(double now, double seconds) {
        if (within(now)) {
            gaps.recordValue(nanos(seconds));
        }
    }

    void delivered(double now, int count) {
        if (within(now)) {
            deltas += count;
        }
    }

    void read(double now, boolean own) {
        if (within(now)) {
            records++;
            foreignRecords += own ? 0 : 1;
        }
    }

    /** The busiest replica of each kind counts: it is the one that is waited for. */
    void busy(String name, double share) {
        busy.merge(name, share, Math::max);
    }

    void use(double cores) {
        coresInUse += cores;
    }

    private boolean within(double time) {
        return time >= from && time < until;
    }

    private static long nanos(double seconds) {
        return Math.max(1, Math.round(seconds * NANOS_PER_SECOND));
    }

    double seconds() {
        return until - from;
    }

    /** Milliseconds that were added to the time to the first token. */
    Spread firstToken() {
        return spread(firstToken);
    }

    /** Milliseconds between two deltas of a stream. */
    Spread gap() {
        return spread(gaps);
    }

    private static Spread spread(Histogram times) {
        return new Spread(millis(times, 50), millis(times, 99));
    }

    double deltasPerSecond() {
        return deltas / seconds();
    }

    /** Of the records that gateways have read, what was for another one. */
    double foreignShare() {
        return records == 0 ? 0 : (double) foreignRecords / records;
    }

    double coresInUse() {
        return coresInUse;
    }

    /** How busy the busiest replica of each kind was, from 0 to 1. */
    SortedMap<String, Double> busy() {
        return busy;
    }

    /** What is busiest, and so what will be full first. */
    Map.Entry<String, Double> busiest() {
        return busy.entrySet().stream().max(Map.Entry.comparingByValue()).orElseThrow();
    }
}
