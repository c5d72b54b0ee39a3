package dev.parley.experiment;

import dev.parley.experiment.kafka.TrialLog.Trials;
import dev.parley.experiment.report.Report;
import dev.parley.experiment.trial.TrialRunner.RefusedException;
import dev.parley.replay.TimeConverter;
import dev.parley.replay.kafka.TopicReader.UnreachableException;
import dev.parley.replay.selection.UsageException;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.Optional;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;

/**
 * {@code ./parley experiment} and {@code ./parley router}. Exit status: 0 for success, 1 for a failure, 2 for bad arguments, 3 if
 * the budget was spent before the end, 130 if stopped.
 */
@Command(
        name = "experiment",
        description = "Asks past or live turns again of another model, and calibrates the model router from that.",
        mixinStandardHelpOptions = true,
        subcommands = {RunCommand.class, MirrorCommand.class, ReportCommand.class, CalibrateCommand.class})
final class Experiment {
    private static final int BUDGET_SPENT = 3;
    private static final int INTERRUPTED = 130;

    private Experiment() {}

    public static void main(String[] arguments) {
        System.exit(new CommandLine(new Experiment())
                .registerConverter(Instant.class, new TimeConverter(Clock.systemUTC()))
                .setExecutionExceptionHandler((e, commandLine, _) -> report(e, commandLine))
                .execute(arguments));
    }

    /** Before any call, because calls cost money. */
    static void requireFolder(Optional<Path> out) {
        if (out.isPresent() && Files.exists(out.get()) && !Files.isDirectory(out.get())) {
            throw new UsageException("--out " + out.get() + ": it is not a folder");
        }
    }

    /** Writes the report into a folder, by default {@code experiment-NAME}, and prints its table. */
    static void writeReport(String experiment, Trials trials, Optional<Path> out, Context context) throws IOException {
        Report report = new Report(experiment, trials);
        Path folder = out.orElse(Path.of("experiment-" + experiment));
        report.write(folder);
        context.out().print(report.text());
        context.out().printf("Written to %s%n", folder);
        context.out().flush();
    }

    static int status(ExperimentRun.End end, Context context) {
        return switch (end) {
            case ALL_DONE -> ExitCode.OK;
            case BUDGET_SPENT -> {
                context.err().println("The budget does not permit a further trial.");
                yield BUDGET_SPENT;
            }
            case STOPPED -> INTERRUPTED;
        };
    }

    private static int report(Exception e, CommandLine commandLine) {
        String reason = switch (e) {
            // Its message may be the file alone.
            case FileSystemException _ -> e.toString();
            case UsageException _, RefusedException _, UnreachableException _, IOException _ ->
                String.valueOf(e.getMessage());
            default -> "failed: " + e;
        };
        commandLine.getErr().println(commandLine.getCommandName() + ": " + reason);
        return e instanceof UsageException ? ExitCode.USAGE : ExitCode.SOFTWARE;
    }
}
