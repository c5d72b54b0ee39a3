package dev.parley.evaluate.router;

import dev.parley.evaluate.router.RouterTable.Columns;
import dev.parley.router.Calibration;
import dev.parley.router.CalibrationFit;
import dev.parley.router.JudgedQuestion;
import dev.parley.router.ModelPair;
import dev.parley.router.QuestionScorer;
import dev.parley.router.RoutingTarget;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code ./parley evaluate calibrate}: makes the calibration file of a pair of models from judged questions. */
@Command(
        name = "calibrate",
        description = {
            "Calibrates the model router for a pair of models, from a table of questions with the scores of both.",
            "It is fitted to one half of the questions and measured on the other. Needs 300 questions."
        },
        mixinStandardHelpOptions = true)
public final class CalibrateCommand implements Callable<Integer> {
    @Option(names = "--table", required = true, paramLabel = "FILE", description = "CSV, or CSV in gzip")
    private Path table = Path.of("");

    @Option(names = "--weak", required = true, paramLabel = "COLUMN", description = "the scores of the cheaper model")
    private String weak = "";

    @Option(
            names = "--strong",
            required = true,
            paramLabel = "COLUMN",
            description = "the scores of the stronger model")
    private String strong = "";

    @Option(names = "--cheaper-model", required = true, paramLabel = "MODEL", description = "as in the alias")
    private String cheaperModel = "";

    @Option(names = "--strong-model", required = true, paramLabel = "MODEL", description = "as in the alias")
    private String strongModel = "";

    @Option(names = "--max-quality-loss", defaultValue = "0.02", paramLabel = "SHARE", description = "default 0.02")
    private double maxQualityLoss;

    @Option(names = "--target-strong-share", paramLabel = "SHARE", description = "replaces --max-quality-loss")
    private Optional<Double> targetStrongShare = Optional.empty();

    @Option(names = "--out", required = true, paramLabel = "FILE", description = "the calibration")
    private Path out = Path.of("");

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() throws IOException {
        try {
            RouterTable judged = RouterTable.read(table, Optional.of(new Columns(weak, strong)));
            QuestionScorer scorer = QuestionScorer.shipped();
            CalibrationFit fit = new CalibrationFit(
                    new ModelPair(strongModel, cheaperModel),
                    judged.rows().stream()
                            .map(row -> new JudgedQuestion(
                                    scorer.score(row.question()), row.weak(), row.strong(), OptionalDouble.empty()))
                            .toList());
            write(fit);
            return 0;
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), table + ": " + e.getMessage(), e);
        }
    }

    private void write(CalibrationFit fit) throws IOException {
        RoutingTarget target = RoutingTarget.of(targetStrongShare, maxQualityLoss);
        Calibration calibration = fit.calibration();
        String measured = fit.report(calibration, target).sentence();
        calibration.write(out, measured);
        spec.commandLine().getOut().println(measured);
        spec.commandLine().getOut().flush();
    }
}
