package dev.parley.experiment;

import dev.parley.contracts.trial.TrialEvent.TrialCompleted;
import dev.parley.experiment.calibration.CalibrationFit;
import dev.parley.experiment.calibration.JudgedQuestion;
import dev.parley.experiment.calibration.JudgedTrials;
import dev.parley.experiment.kafka.TurnFilter;
import dev.parley.experiment.trial.Target;
import dev.parley.replay.selection.UsageException;
import dev.parley.router.Calibration;
import dev.parley.router.ModelPair;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code ./parley router calibrate}. */
@Command(
        name = "calibrate",
        sortOptions = false,
        usageHelpAutoWidth = true,
        description = {
            "Makes the calibration of an alias from past turns: asks them again of the other model of the pair, has a judge compare"
                    + " the answers, fits the map and the threshold to one half and measures them on the other.",
            "Takes turns whose model the score decides. Needs 300 comparisons. A run that was killed is resumed by the same"
                    + " command with --name, and on the same day (UTC) without; it pays for nothing twice."
        },
        mixinStandardHelpOptions = true)
final class CalibrateCommand implements Callable<Integer> {
    private static final int SAMPLE = 500;

    @Option(names = "--alias", paramLabel = "NAME", defaultValue = "auto", description = "By default auto.")
    private String alias = "";

    @Option(names = "--out", paramLabel = "FILE", description = "The calibration; by default NAME-calibration.csv.")
    private Optional<Path> out = Optional.empty();

    @Mixin
    private final TrialOptions options = new TrialOptions();

    @Mixin
    private final Context context = new Context();

    @Override
    public Integer call() throws IOException, InterruptedException {
        requireWritable(file());
        String experiment = options.experiment(context.parsed(), context.clock());
        ModelList models = ModelList.read(options.calls.models);
        ModelList.Alias pair = models.alias(alias);
        int sample = options.sample(SAMPLE);
        TurnFilter filter =
                options.filtersBy("model") ? options.filter() : options.filter().add("model=" + alias);
        return new ExperimentSession(experiment, options, models, context)
                .run(
                        filter,
                        new Target.OtherOfPair(pair.router()),
                        sample,
                        Calibration.QUESTIONS_MIN,
                        outcome -> finish(
                                experiment, outcome.end(), outcome.trials().completed(), pair));
    }

    private Path file() {
        return out.orElse(Path.of(alias + "-calibration.csv"));
    }

    /** Before any call, because calls cost money. */
    private static void requireWritable(Path file) {
        if (Files.isDirectory(file)) {
            throw new UsageException("--out " + file + ": it is a folder");
        }
        if (!Files.isDirectory(file.toAbsolutePath().resolveSibling(""))) {
            throw new UsageException("--out " + file + ": there is no such folder");
        }
    }

    /** Calibrates, unless the run was stopped or its budget bought too few comparisons. Returns the exit status. */
    int finish(String experiment, ExperimentRun.End end, List<TrialCompleted> trials, ModelList.Alias pair)
            throws IOException {
        if (end != ExperimentRun.End.STOPPED) {
            calibrate(experiment, end, trials, pair);
        }
        return Experiment.status(end, context);
    }

    private static CalibrationFit fit(List<JudgedQuestion> judged, ModelPair pair) {
        try {
            return new CalibrationFit(pair, judged);
        } catch (IllegalArgumentException e) {
            throw new UsageException("no calibration: " + e.getMessage());
        }
    }

    private void calibrate(String experiment, ExperimentRun.End end, List<TrialCompleted> trials, ModelList.Alias pair)
            throws IOException {
        List<JudgedQuestion> judged = JudgedTrials.of(trials, pair.pair());
        if (judged.size() < Calibration.QUESTIONS_MIN) {
            String tooFew = "%,d comparisons are too few: a calibration needs %,d"
                    .formatted(judged.size(), Calibration.QUESTIONS_MIN);
            if (end == ExperimentRun.End.ALL_DONE) {
                throw new UsageException(tooFew);
            }
            context.say(tooFew);
            return;
        }
        CalibrationFit fit = fit(judged, pair.pair());
        Calibration calibration = fit.calibration();
        String measured = fit.report(calibration, pair.target()).sentence();
        String origin = "Experiment %s of %s, judged by %s."
                .formatted(
                        experiment,
                        context.clock().instant().truncatedTo(ChronoUnit.SECONDS),
                        trials.getFirst().judgement().model());
        Path file = file();
        calibration.write(file, origin, measured);
        context.out().println(measured);
        context.out().printf("Written to %s%n", file);
    }
}
