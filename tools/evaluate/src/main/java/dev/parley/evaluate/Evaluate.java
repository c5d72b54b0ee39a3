package dev.parley.evaluate;

import dev.parley.evaluate.router.RouterCommand;
import dev.parley.similar.ModelUnavailableException;
import java.io.IOException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.PropertyNamingStrategies;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/** {@code ./parley evaluate}. */
@Command(
        name = "evaluate",
        description = "Measures Parley's decisions on labelled data.",
        mixinStandardHelpOptions = true,
        subcommands = {SimilarCommand.class, FeaturesCommand.class, TrainingPairsCommand.class, RouterCommand.class})
public final class Evaluate {
    /** Writes the figures for {@code --json}. */
    public static final JsonMapper JSON = JsonMapper.builder()
            .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
            .enable(SerializationFeature.INDENT_OUTPUT)
            .build();

    private static final int REASON_LENGTH_MAX = 500;

    private Evaluate() {}

    public static void main(String[] arguments) {
        System.exit(command().execute(arguments));
    }

    public static CommandLine command() {
        return new CommandLine(new Evaluate()).setExecutionExceptionHandler((e, command, _) -> {
            String reason = switch (e) {
                case IllegalArgumentException _, JacksonException _, ModelUnavailableException _ -> e.getMessage();
                case IOException _ -> e.toString();
                default -> throw e;
            };
            command.getErr().println(oneLine(reason));
            return ExitCode.USAGE;
        });
    }

    /** Without the line breaks of a value of a file, and the end of a long one. */
    private static String oneLine(@Nullable String reason) {
        String line = String.valueOf(reason).replaceAll("\\s*\\R\\s*", " ");
        return line.length() <= REASON_LENGTH_MAX ? line : line.substring(0, REASON_LENGTH_MAX) + "...";
    }
}
