package dev.parley.experiment;

import dev.parley.experiment.kafka.TrialLog;
import dev.parley.experiment.mirror.LiveTurn.Mirrored;
import dev.parley.replay.InterruptHandler;
import dev.parley.replay.selection.UsageException;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code ./parley experiment report}. */
@Command(
        name = "report",
        description = {
            "Prints quality, cost and latency of an experiment, by models, tenant and kind, with 95 %% intervals.",
            "Writes a page with plots, and the results as JSON lines and CSV, without those of deleted conversations."
        },
        mixinStandardHelpOptions = true)
final class ReportCommand implements Callable<Integer> {
    private static final Duration OF_MIRROR = Duration.ofDays(7);

    /** How long an interrupted command may take to write the report. */
    private static final Duration WRITTEN_WITHIN = Duration.ofSeconds(10);

    @Parameters(arity = "0..1", paramLabel = "NAME", description = "The experiment; by default the one that ran last.")
    private Optional<String> name = Optional.empty();

    @Option(names = "--out", paramLabel = "FOLDER", description = "By default experiment-NAME.")
    private Optional<Path> out = Optional.empty();

    @Option(
            names = "--since",
            paramLabel = "TIME",
            description = "Trials from this time on. By default all, and those of 7 days of a mirror.")
    private Optional<Instant> since = Optional.empty();

    @Mixin
    private final Context context = new Context();

    @Override
    public Integer call() throws IOException {
        Experiment.requireFolder(out);
        try (TrialLog log = TrialLog.connect(context.kafka())) {
            String experiment = name.isPresent()
                    ? name.get()
                    : log.latest().orElseThrow(() -> new UsageException("there is no experiment on chat.trials"));
            TrialLog.Trials trials = log.trials(
                    experiment,
                    since.or(() -> Mirrored.key(experiment)
                            .map(_ -> context.clock().instant().minus(OF_MIRROR))));
            if (trials.all().isEmpty()) {
                throw new UsageException("there is no experiment " + experiment + " on chat.trials");
            }
            try (InterruptHandler _ = new InterruptHandler(WRITTEN_WITHIN, _ -> {})) {
                Experiment.writeReport(experiment, trials, out, context);
            }
            return ExitCode.OK;
        }
    }
}
