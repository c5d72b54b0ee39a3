package dev.parley.benchmarks.report;

import static java.util.stream.Collectors.toMap;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/** The folder with the last result of one mode: JSON, Markdown, and the plots as SVG. */
public record ResultFolder(Path folder) {
    private static final String JSON = "result.json";

    /** One sentence for each figure that the last run has as well. */
    public List<String> compare(BenchmarkResult result) {
        Map<String, Double> before = figuresBefore();
        return result.findings().stream()
                .flatMap(findings -> findings.figures().stream())
                .filter(figure -> before.containsKey(figure.name()))
                .map(figure -> figure.comparedWith(before.getOrDefault(figure.name(), 0.0)))
                .toList();
    }

    private Map<String, Double> figuresBefore() {
        Path file = folder.resolve(JSON);
        if (!Files.exists(file)) {
            return Map.of();
        }
        try {
            return JsonMapper.shared()
                    .readTree(file)
                    .path("findings")
                    .valueStream()
                    .flatMap(findings -> findings.path("figures").valueStream())
                    .collect(toMap(
                            figure -> figure.required("name").asString(),
                            figure -> figure.required("value").asDouble()));
        } catch (JacksonException e) {
            // Cut off, as on a full disk: the result of a long run is not lost because of it.
            return Map.of();
        }
    }

    /**
     * Writes a result over the last one.
     *
     * @return the Markdown file
     */
    public Path write(BenchmarkResult result) {
        try {
            Files.createDirectories(folder);
            JsonMapper.shared()
                    .writerWithDefaultPrettyPrinter()
                    .writeValue(folder.resolve(JSON).toFile(), result);
            StringBuilder images = new StringBuilder();
            for (Findings findings : result.findings()) {
                for (Plot plot : findings.plots()) {
                    String name = fileName(findings, plot);
                    Files.writeString(folder.resolve(name), plot.svg());
                    images.append("\n![%s](%s)\n".formatted(plot.title(), name));
                }
            }
            return Files.writeString(folder.resolve("result.md"), result.markdown() + images);
        } catch (IOException e) {
            throw new UncheckedIOException("the result cannot be written to " + folder, e);
        }
    }

    private static String fileName(Findings findings, Plot plot) {
        String title = plot.title().toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]+", "-");
        return findings.name() + "-" + title + ".svg";
    }

    /** The folder beside it, for a run that has not measured all scenarios. */
    public ResultFolder partly() {
        return new ResultFolder(folder.resolveSibling(folder.getFileName() + "-partly"));
    }
}
