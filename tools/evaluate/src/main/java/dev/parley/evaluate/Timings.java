package dev.parley.evaluate;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;

/** How long each step of a look-up takes. */
final class Timings {
    private final Map<String, List<Long>> nanos = new LinkedHashMap<>();

    <T> T measured(String step, Supplier<T> call) {
        long start = System.nanoTime();
        T result = call.get();
        add(step, System.nanoTime() - start);
        return result;
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
