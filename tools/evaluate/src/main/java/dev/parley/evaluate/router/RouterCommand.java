package dev.parley.evaluate.router;

import dev.parley.evaluate.Evaluate;
import dev.parley.evaluate.ResultFile;
import dev.parley.router.Calibration;
import dev.parley.router.QuestionScorer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code ./parley evaluate router}: the shipped weights on tables on which they were not trained. */
@Command(
        name = "router",
        description = {
            "Measures the model router on tables with the scores of a cheaper and a stronger model, such as the columns"
                    + " question, weak_correct and strong_correct.",
            "q95 is the share of strong calls, in per cent, that reaches 95 %% of the stronger model's quality."
        },
        mixinStandardHelpOptions = true)
public final class RouterCommand implements Callable<Integer> {
    @Option(
            names = "--table",
            required = true,
            arity = "1..*",
            paramLabel = "FILE",
            description = "CSV, or CSV in gzip")
    private List<Path> tables = List.of();

    @Option(names = "--json", required = true, paramLabel = "OUT", description = "the file of the figures")
    private Path json = Path.of("");

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() throws IOException {
        ResultFile result = new ResultFile(json);
        result.check(tables);
        QuestionScorer scorer = QuestionScorer.shipped();
        Calibration calibration = Calibration.shipped();
        Map<String, RouterFigures> results = new TreeMap<>();
        for (Path file : tables) {
            try {
                RouterFigures figures = RouterFigures.of(RouterTable.read(file), scorer, calibration);
                // By the file's name, as in evaluate similar.
                if (results.put(String.valueOf(file.getFileName()), figures) != null) {
                    throw new IllegalArgumentException("two tables have this name");
                }
            } catch (IllegalArgumentException e) {
                throw new IllegalArgumentException(file + ": " + e.getMessage(), e);
            }
        }
        result.write(Evaluate.JSON.writeValueAsBytes(Map.of("tables", results)));
        var out = spec.commandLine().getOut();
        results.forEach((file, table) -> out.printf(
                "%s: %d questions; strong calls for 95 %%: router %.1f, length %.1f, random %.1f, oracle %.1f;"
                        + " calibration error %.3f%n",
                file,
                table.n(),
                table.routerQ95(),
                table.lengthQ95(),
                table.randomQ95(),
                table.oracleQ95(),
                table.ece()));
        out.flush();
        return 0;
    }
}
