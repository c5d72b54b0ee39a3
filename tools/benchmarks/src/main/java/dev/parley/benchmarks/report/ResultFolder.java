package dev.parley.benchmarks.report;

import dev.parley.benchmarks.findings.Figure;
import dev.parley.benchmarks.findings.Findings;
import dev.parley.benchmarks.findings.Plot;
import dev.parley.benchmarks.findings.Result;
import dev.parley.benchmarks.plot.Svg;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Where runs leave their results: the last one of each kind, as JSON, Markdown, a page, and its plots as pictures. */
public final class ResultFolder {
    private static final String JSON = "result.json";

    private final JsonMapper mapper = new JsonMapper();
    private final Path folder;

    /** For one kind of run: a quick one is not compared with a full one. */
    public ResultFolder(Path folder) {
        this.folder = folder;
    }

    /** One sentence for each figure that the run before has as well. */
    public List<String> compare(Result result) {
        return Comparison.of(before(), figures(result)).stream()
                .map(Change::sentence)
                .toList();
    }

    /** The figures of the run before, none if there was none. */
    private List<Figure> before() {
        Path file = folder.resolve(JSON);
        if (!Files.exists(file)) {
            return List.of();
        }
        List<Figure> figures = new ArrayList<>();
        for (JsonNode findings : mapper.readTree(file.toFile()).path("findings")) {
            for (JsonNode figure : findings.path("figures")) {
                figures.add(mapper.treeToValue(figure, Figure.class));
            }
        }
        return figures;
    }

    private static List<Figure> figures(Result result) {
        return result.findings().stream()
                .flatMap(findings -> findings.figures().stream())
                .toList();
    }

    /**
     * Writes a result over the one before.
     *
     * @return where the page is
     */
    public Path write(Result result) {
        try {
            Files.createDirectories(folder);
            mapper.writerWithDefaultPrettyPrinter()
                    .writeValue(folder.resolve(JSON).toFile(), result);
            Files.writeString(folder.resolve("result.md"), MarkdownReport.of(result));
            for (Findings findings : result.findings()) {
                for (Plot plot : findings.plots()) {
                    Files.writeString(folder.resolve(fileName(findings, plot)), Svg.of(plot));
                }
            }
            return Files.writeString(folder.resolve("index.html"), PageReport.of(result));
        } catch (IOException e) {
            throw new UncheckedIOException("the result cannot be written to " + folder, e);
        }
    }

    private static String fileName(Findings findings, Plot plot) {
        String title = plot.title().toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]+", "-");
        return findings.name() + "-" + title + ".svg";
    }

    /** Beside it, for a run of some scenarios only. */
    public ResultFolder partly() {
        return new ResultFolder(folder.resolveSibling(folder.getFileName() + "-partly"));
    }
}
