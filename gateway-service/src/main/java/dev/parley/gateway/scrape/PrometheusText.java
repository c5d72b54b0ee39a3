package dev.parley.gateway.scrape;

import dev.parley.gateway.pulse.Samples;
import dev.parley.gateway.pulse.Samples.Sample;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads Prometheus' text format, version 0.0.4: <a href="https://prometheus.io/docs/instrumenting/exposition_formats/">its page</a>. */
final class PrometheusText {
    private static final Pattern LABEL =
            Pattern.compile("\\G,?\\s*([a-zA-Z_][a-zA-Z0-9_]*)\\s*=\\s*\"((?:[^\"\\\\]|\\\\.)*)\"");

    private PrometheusText() {}

    /**
     * The samples of these names; lines that are none are passed over.
     *
     * @param names what is wanted
     */
    static Samples read(String text, Set<String> names) {
        return new Samples(text.lines()
                .filter(line -> names.contains(name(line)))
                .flatMap(line -> sample(line).stream())
                .toList());
    }

    private static String name(String line) {
        int end = 0;
        while (end < line.length() && line.charAt(end) != '{' && line.charAt(end) != ' ') {
            end++;
        }
        return line.substring(0, end);
    }

    private static Optional<Sample> sample(String line) {
        int open = line.indexOf('{');
        int space = line.indexOf(' ');
        if (open < 0 || (space >= 0 && space < open)) {
            return space < 0 ? Optional.empty() : sample(line.substring(0, space), Map.of(), line.substring(space));
        }
        Map<String, String> labels = new TreeMap<>();
        Matcher label = LABEL.matcher(line);
        int end = open + 1;
        while (label.find(end)) {
            labels.put(label.group(1), unescaped(label.group(2)));
            end = label.end();
        }
        int close = line.indexOf('}', end);
        return close < 0 ? Optional.empty() : sample(line.substring(0, open), labels, line.substring(close + 1));
    }

    private static Optional<Sample> sample(String name, Map<String, String> labels, String rest) {
        String number = rest.strip().split(" ", 2)[0];
        try {
            double value = switch (number) {
                case "+Inf" -> Double.POSITIVE_INFINITY;
                case "-Inf" -> Double.NEGATIVE_INFINITY;
                default -> Double.parseDouble(number);
            };
            return Double.isNaN(value) ? Optional.empty() : Optional.of(new Sample(name, labels, value));
        } catch (NumberFormatException e) {
            return Optional.empty();
        }
    }

    private static String unescaped(String value) {
        return value.indexOf('\\') < 0
                ? value
                : value.replace("\\\\", "\0")
                        .replace("\\\"", "\"")
                        .replace("\\n", "\n")
                        .replace('\0', '\\');
    }
}
