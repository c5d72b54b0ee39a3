package dev.parley.benchmarks.report;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The folder with the last result of one mode: JSON, Markdown, and the plots as SVG. */
public final class ResultFolder {
    private static final String JSON = "result.json";

    private final JsonMapper mapper = new JsonMapper();
    private final Path folder;

    public ResultFolder(Path folder) {
        this.folder = folder;
    }

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
        Map<String, Double> figures = new HashMap<>();
        if (Files.exists(file)) {
            for (JsonNode findings : mapper.readTree(file.toFile()).path("findings")) {
                for (JsonNode figure : findings.path("figures")) {
                    figures.put(
                            figure.required("name").asString(),
                            figure.required("value").asDouble());
                }
            }
        }
        return figures;
    }

    /**
     * Writes a result over the last one.
     *
     * @return the Markdown file
     */
    public Path write(BenchmarkResult result) {
        try {
            Files.createDirectories(folder);
            mapper.writerWithDefaultPrettyPrinter()
                    .writeValue(folder.resolve(JSON).toFile(), result);
            StringBuilder images = new StringBuilder();
            for (Findings findings : result.findings()) {
                for (Plot plot : findings.plots()) {
                    String name = fileName(findings, plot);
                    Files.writeString(folder.resolve(name), plot.svg());
                    images.append("\n![")
                            .append(plot.title())
                            .append("](")
                            .append(name)
                            .append(")\n");
                }
            }
            return Files.writeString(folder.resolve("result.md"), MarkdownReport.of(result) + images);
        } catch (IOException e) {
            throw new UncheckedIOException("the result cannot be written to " + folder, e);
        }
    }

    private static String fileName(Findings findings, Plot plot) {
        String title = plot.title().toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]+", "-");
        return findings.name() + "-" + title + ".svg";
    }

    /** The folder beside it, for a run of some scenarios only. */
    public ResultFolder partly() {
        return new ResultFolder(folder.resolveSibling(folder.getFileName() + "-partly"));
    }
}
