package dev.parley.evaluate;

import dev.parley.evaluate.router.RouterCommand;
import java.io.IOException;
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

    private Evaluate() {}

    public static void main(String[] arguments) {
        System.exit(command().execute(arguments));
    }

    public static CommandLine command() {
        return new CommandLine(new Evaluate()).setExecutionExceptionHandler((e, command, _) -> {
            String reason = switch (e) {
                case IllegalArgumentException _, JacksonException _ -> e.getMessage();
                case IOException _ -> e.toString();
                default -> throw e;
            };
            command.getErr().println(reason);
            return ExitCode.USAGE;
        });
    }
}
