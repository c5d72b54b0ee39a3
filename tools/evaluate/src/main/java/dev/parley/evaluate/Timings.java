package dev.parley.evaluate;

import dev.parley.similar.LookupStep;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** How long each step of a look-up takes. One look-up at a time. */
final class Timings {
    private final Map<String, List<Long>> nanos = new LinkedHashMap<>();

    private long startOfLookup;
    private long startOfStep;

    /** A look-up begins, with its first step. */
    void begin() {
        startOfLookup = System.nanoTime();
        startOfStep = startOfLookup;
    }

    /** A step has ended, and the next one begins. */
    void ended(LookupStep step) {
        ended(step.name().toLowerCase(Locale.ROOT));
    }

    void ended(String step) {
        long now = System.nanoTime();
        add(step, now - startOfStep);
        startOfStep = now;
    }

    /** The look-up has ended. */
    void end() {
        add("lookup", System.nanoTime() - startOfLookup);
    }

    void add(String step, long duration) {
        nanos.computeIfAbsent(step, _ -> new ArrayList<>()).add(duration);
    }

    /** The median and the 99th percentile of each step, in milliseconds. */
    Map<String, Map<String, Double>> percentiles() {
        Map<String, Map<String, Double>> steps = new TreeMap<>();
        nanos.forEach((step, durations) -> {
            List<Long> sorted = durations.stream().sorted().toList();
            steps.put(step, Map.of("p50", at(sorted, 0.5), "p99", at(sorted, 0.99)));
        });
        return steps;
    }

    /** By nearest rank. */
    private static double at(List<Long> sorted, double share) {
        return Math.round(sorted.get((int) Math.ceil(share * sorted.size()) - 1) / 1e3) / 1e3;
    }
}
