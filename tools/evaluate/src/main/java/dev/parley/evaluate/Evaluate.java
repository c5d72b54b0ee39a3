package dev.parley.evaluate;

import dev.parley.evaluate.router.CalibrateCommand;
import dev.parley.evaluate.router.RouterCommand;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** {@code ./parley evaluate}. */
@Command(
        name = "evaluate",
        description = "Measures Parley's decisions on labelled data.",
        mixinStandardHelpOptions = true,
        subcommands = {SimilarCommand.class, FeaturesCommand.class, RouterCommand.class, CalibrateCommand.class})
public final class Evaluate {
    Evaluate() {}

    public static void main(String[] arguments) {
        System.exit(new CommandLine(new Evaluate()).execute(arguments));
    }
}
