package dev.parley.experiment;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.parley.contracts.event.SimilarQuestion;
import dev.parley.experiment.trial.Target;
import dev.parley.replay.selection.UsageException;
import dev.parley.router.Calibration;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code ./parley experiment run}. */
@Command(
        name = "run",
        sortOptions = false,
        usageHelpAutoWidth = true,
        description = {
            "Asks past turns again of another model, and has a judge compare the answers blind, in both orders.",
            "Calls Claude with ANTHROPIC_API_KEY; no reader's budget is charged. A run that was killed is resumed by the"
                    + " same command with --name, and on the same day (UTC) without; it pays for nothing twice. The results are"
                    + " on chat.trials."
        },
        mixinStandardHelpOptions = true)
final class RunCommand implements Callable<Integer> {
    private static final String ROUTER = "router";
    private static final int SAMPLE = 200;
    private static final Duration LIFETIME_MAX = Duration.ofDays(365);

    @Option(
            names = "--against",
            required = true,
            paramLabel = "MODEL|router|similar=COSINE",
            description = {
                "The model to ask; or router: the one that the router chooses for the pair of --alias; or similar=COSINE: the"
                        + " earlier answer that the cache of similar questions would have given from this cosine on."
            })
    private String against = "";

    @Option(
            names = "--alias",
            paramLabel = "NAME",
            defaultValue = "auto",
            description = "For --against router; by default auto.")
    private String alias = "";

    @Option(
            names = "--calibration",
            paramLabel = "FILE",
            description = "For --against router: the calibration of the alias.")
    private Optional<Path> calibration = Optional.empty();

    @Option(
            names = "--lifetime",
            paramLabel = "DURATION",
            defaultValue = "PT1H",
            description = "For --against similar=: how long the cache keeps an answer; by default ${DEFAULT-VALUE}.")
    private Duration lifetime = Duration.ZERO;

    @Option(
            names = "--out",
            paramLabel = "FOLDER",
            description = "Where the report and the results are written; by default experiment-NAME.")
    private Optional<Path> out = Optional.empty();

    @Mixin
    private final TrialOptions options = new TrialOptions();

    @Mixin
    private final Context context = new Context();

    @Override
    public Integer call() throws IOException, InterruptedException {
        Experiment.requireFolder(out);
        String experiment = options.experiment(context.parsed(), context.clock());
        ModelList models = ModelList.read(options.calls.models);
        ExperimentSession session = new ExperimentSession(experiment, options, models, context);
        int sample = options.sample(SAMPLE);
        return against.startsWith(ExperimentSession.SIMILAR)
                ? session.similar(
                        options.filter(), cosine(), lifetime(), sample, outcome -> report(experiment, outcome))
                : session.run(options.filter(), target(models), sample, 0, outcome -> report(experiment, outcome));
    }

    private int report(String experiment, ExperimentSession.Outcome outcome) throws IOException {
        Experiment.writeReport(experiment, outcome.trials(), out, context);
        return Experiment.status(outcome.end(), context);
    }

    private double cosine() {
        String cosine = against.substring(ExperimentSession.SIMILAR.length());
        double value = cosine.matches("[01](\\.\\d{1,6})?|\\.\\d{1,6}") ? Double.parseDouble(cosine) : 0;
        if (value < SimilarQuestion.COSINE_MIN_LEAST.doubleValue() || value > 1) {
            throw new UsageException(
                    "--against similar= takes a cosine from " + SimilarQuestion.COSINE_MIN_LEAST + " to 1");
        }
        return value;
    }

    private Duration lifetime() {
        if (!lifetime.isPositive() || lifetime.compareTo(LIFETIME_MAX) > 0) {
            throw new UsageException("--lifetime is above 0, and at most 365 days");
        }
        return lifetime;
    }

    Target target(ModelList models) {
        if (!against.equals(ROUTER)) {
            return new Target.Model(against);
        }
        Path file = calibration.orElseThrow(() -> new UsageException("--against router needs --calibration"));
        ModelList.Alias pair = models.alias(alias);
        Calibration measured;
        try {
            measured = Calibration.parse(
                    new String(InputFile.read(file), UTF_8).lines().toList());
        } catch (IllegalArgumentException e) {
            throw new UsageException(file + ": " + e.getMessage());
        }
        if (!measured.isOf(pair.pair())) {
            throw new UsageException(file + " was not measured on the models of " + alias);
        }
        return new Target.Router(pair.router(), measured);
    }
}
