package dev.parley.gateway.pulse;

import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.TreeMap;
import java.util.stream.Stream;

/** The values that a replica shows of its metrics at one moment. */
public record Samples(List<Sample> all) {
    public Samples {
        all = List.copyOf(all);
    }

    /** One value. */
    public record Sample(String name, Map<String, String> labels, double value) {
        public Sample {
            labels = Map.copyOf(labels);
        }
    }

    /** The sum over the series of this name; empty if there are none. */
    OptionalDouble sum(String name) {
        return named(name).mapToDouble(Sample::value).reduce(Double::sum);
    }

    /** The same, by the value of a label. */
    Map<String, Double> sums(String name, String label) {
        Map<String, Double> sums = new TreeMap<>();
        named(name).forEach(sample -> sums.merge(sample.labels().getOrDefault(label, ""), sample.value(), Double::sum));
        return sums;
    }

    private Stream<Sample> named(String name) {
        return all.stream().filter(sample -> sample.name().equals(name));
    }
}
