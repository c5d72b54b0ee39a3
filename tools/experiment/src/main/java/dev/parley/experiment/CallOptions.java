package dev.parley.experiment;

import dev.parley.experiment.trial.TrialThreads;
import dev.parley.replay.selection.UsageException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import picocli.CommandLine.Option;

/** The options of all commands that call Claude. */
final class CallOptions {
    private static final int CONCURRENCY_MAX = 64;

    @Option(
            names = "--judge",
            paramLabel = "MODEL",
            defaultValue = "claude-opus-5-5",
            description = "The model that compares the answers; by default ${DEFAULT-VALUE}.")
    String judge = "";

    @Option(
            names = "--concurrency",
            paramLabel = "N",
            defaultValue = "4",
            description = "Trials at once; by default ${DEFAULT-VALUE}.")
    private int concurrency;

    @Option(
            names = "--rate",
            paramLabel = "N",
            defaultValue = "2",
            description = "Trials that may start in a second, each with three calls; by default ${DEFAULT-VALUE}.")
    private double rate;

    @Option(
            names = "--models",
            paramLabel = "FILE",
            description = "Models, aliases and prices, as parley-models.yaml; by default those of Parley.")
    Optional<Path> models = Optional.empty();

    void check() {
        if (concurrency < 1 || concurrency > CONCURRENCY_MAX) {
            throw new UsageException("--concurrency is from 1 to " + CONCURRENCY_MAX);
        }
        if (!(rate > 0 && rate <= 1000)) {
            throw new UsageException("--rate is above 0, and at most 1000");
        }
    }

    TrialThreads threads() {
        return new TrialThreads(concurrency, Duration.ofNanos((long) (1e9 / rate)));
    }
}
