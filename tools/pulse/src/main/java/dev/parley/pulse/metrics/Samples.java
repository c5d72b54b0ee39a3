package dev.parley.pulse.metrics;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The values of a replica's metrics at one moment. Parses Prometheus' text format 0.0.4:
 * <a href="https://prometheus.io/docs/instrumenting/exposition_formats/">exposition formats</a>.
 */
public record Samples(List<Sample> all) {
    private static final Pattern LINE = Pattern.compile(
            "(?<name>[a-zA-Z_:][\\w:]*)(?:\\{(?<labels>(?:[^\"}]|\"(?:[^\"\\\\]|\\\\.)*+\")*+)})?\\s+(?<value>\\S+).*");
    private static final Pattern LABEL = Pattern.compile("([a-zA-Z_]\\w*)\\s*=\\s*\"((?:[^\"\\\\]|\\\\.)*+)\"");

    /** One value of one series. */
    public record Sample(String name, Map<String, String> labels, double value) {}

    /** The samples of these names. Invalid lines and NaN are skipped. */
    static Samples parse(String text, Set<String> names) {
        return new Samples(text.lines()
                .map(LINE::matcher)
                .filter(line -> line.matches() && names.contains(line.group("name")))
                .flatMap(line -> sample(line).stream())
                .toList());
    }

    private static Optional<Sample> sample(Matcher line) {
        Map<String, String> labels = new TreeMap<>();
        try {
            LABEL.matcher(Optional.ofNullable(line.group("labels")).orElse(""))
                    .results()
                    .forEach(label -> labels.put(label.group(1), label.group(2).translateEscapes()));
            // Java reads Infinity where Prometheus writes Inf.
            double value = Double.parseDouble(line.group("value").replace("Inf", "Infinity"));
            return Double.isNaN(value) ? Optional.empty() : Optional.of(new Sample(line.group("name"), labels, value));
        } catch (IllegalArgumentException e) {
            // Neither a number nor, in a label, an escape.
            return Optional.empty();
        }
    }

    /** The sum over the series of this name; empty if there are none. */
    OptionalDouble sum(String name) {
        return named(name).mapToDouble(Sample::value).reduce(Double::sum);
    }

    Map<String, Double> sums(String name, String label) {
        Map<String, Double> sums = new TreeMap<>();
        named(name).forEach(sample -> sums.merge(sample.labels().getOrDefault(label, ""), sample.value(), Double::sum));
        return sums;
    }

    private Stream<Sample> named(String name) {
        return all.stream().filter(sample -> sample.name().equals(name));
    }
}
