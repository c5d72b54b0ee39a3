package dev.parley.localstack.cli;

import dev.parley.localstack.ask.Question;
import dev.parley.localstack.parts.BuiltApplications;
import dev.parley.localstack.parts.Checkout;
import dev.parley.localstack.stack.Replicas;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.TypeConversionException;

/** The commands. {@code ./parley} builds what they need and passes its arguments on to this. */
@Command(
        name = "./parley",
        mixinStandardHelpOptions = true,
        version = "Parley, as it is in this checkout",
        scope = ScopeType.INHERIT,
        synopsisSubcommandLabel = "COMMAND")
public final class Parley {
    private final Checkout checkout;
    private final Map<String, String> environment;
    private final Console console;

    private Parley(Checkout checkout, Map<String, String> environment, Console console) {
        this.checkout = checkout;
        this.environment = environment;
        this.console = console;
    }

    @Command(description = "Start Kafka, Redis, DynamoDB Local, the Claude simulator and the four services.")
    int up(
            @Option(names = "--detach", description = "Return when every part is ready.") boolean detach,
            @Option(
                            names = "--replicas",
                            paramLabel = "SERVICE=N,...",
                            defaultValue = "",
                            description = "Several processes of a service: gateway-service=2,inference-service=2")
                    Replicas replicas) {
        return new Up(checkout, environment, console).run(detach, replicas);
    }

    @Command(description = "List the processes that were started, and whether each is ready.")
    int ps(@Option(names = "--json", description = "An array, for programs.") boolean json) {
        return new Ps(checkout, console).run(json);
    }

    @Command(description = "Stop what was started.")
    int down(@Option(names = "--wipe", description = "Forget the data as well.") boolean wipe) {
        return new Down(checkout, console).run(wipe);
    }

    @Command(description = "Make the topics of a broker what the contracts say; running it again changes nothing.")
    int topics() {
        return new MakeTopics(environment, console).run();
    }

    /** The last step of a build, so that no start has to do it. */
    @Command(name = "set-aside", hidden = true)
    int setAside() throws IOException {
        BuiltApplications.setAside(checkout);
        return ExitCode.OK;
    }

    /** Makes the AOT caches that are missing: a later start is faster, this one takes its time. */
    @Command(description = "Make the AOT caches of the services, with which they start in less than half the time.")
    int train() throws IOException, InterruptedException {
        return new Train(checkout, console).run();
    }

    @Command(description = "Ask a question, watch the answer stream, and see where the time went.")
    int ask(
            @Parameters(paramLabel = "QUESTION") String text,
            @Option(names = "--model", defaultValue = "claude-sonnet-4-5", description = "Default: ${DEFAULT-VALUE}")
                    String model,
            @Option(names = "--conversation", paramLabel = "ID", description = "The conversation to go on with.")
                    Optional<String> conversation,
            @Option(names = "--json", description = "One document, for programs.") boolean json)
            throws InterruptedException {
        return new Ask(checkout, environment, console).run(new Question(text, model, conversation), json);
    }

    public static void main(String[] arguments) {
        System.exit(run(arguments));
    }

    private static int run(String[] arguments) {
        Console console = new Console(System.out, System.err);
        Checkout checkout = Checkout.find();
        return new CommandLine(new Parley(checkout, System.getenv(), console))
                .addSubcommand(new Keys(checkout, System.getenv(), console))
                .registerConverter(Replicas.class, Parley::replicas)
                .setExecutionExceptionHandler((failure, commandLine, parsed) -> {
                    console.complain(String.valueOf(failure.getMessage()));
                    return ExitCode.SOFTWARE;
                })
                .execute(arguments);
    }

    private static Replicas replicas(String text) {
        try {
            return text.isBlank() ? Replicas.ONE_EACH : Replicas.parse(text);
        } catch (IllegalArgumentException e) {
            throw new TypeConversionException(e.getMessage());
        }
    }
}
