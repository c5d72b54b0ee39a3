package dev.parley.benchmarks.report;

import dev.parley.benchmarks.findings.Figure;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** Two runs of the same kind: the figures that both have. */
final class Comparison {
    private Comparison() {}

    static List<Change> of(List<Figure> before, List<Figure> now) {
        Map<String, Double> old =
                before.stream().collect(Collectors.toMap(Figure::name, Figure::value, (one, other) -> other));
        return now.stream()
                .flatMap(figure ->
                        Optional.ofNullable(old.get(figure.name())).stream().map(value -> new Change(figure, value)))
                .toList();
    }
}
