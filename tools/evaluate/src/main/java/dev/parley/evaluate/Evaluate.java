package dev.parley.evaluate;

import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The command line of the evaluations. */
@Command(
        name = "evaluate",
        description = "Evaluates the parts of Parley that estimate.",
        subcommands = {SimilarCommand.class, FeaturesCommand.class},
        mixinStandardHelpOptions = true)
public final class Evaluate {
    Evaluate() {}

    public static void main(String[] arguments) {
        System.exit(new CommandLine(new Evaluate()).execute(arguments));
    }
}
