package dev.parley.localstack.cli;

import static java.util.stream.Collectors.joining;

import dev.parley.eventlog.KafkaConnection;
import dev.parley.eventlog.TopicProvisioner;
import dev.parley.eventlog.process.Variables;
import dev.parley.localstack.process.Workspace;
import dev.parley.localstack.servers.Checkout;
import dev.parley.localstack.servers.Kafka;
import dev.parley.localstack.servers.PortName;
import dev.parley.localstack.servers.Service;
import dev.parley.localstack.stack.Training;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.TypeConversionException;

/** The commands. {@code ./parley} builds what they need and passes its arguments to this program. */
@Command(
        name = "./parley",
        mixinStandardHelpOptions = true,
        version = "Parley, as it is in this checkout",
        scope = ScopeType.INHERIT,
        synopsisSubcommandLabel = "COMMAND")
public final class Parley {
    private static final Duration TOPICS_WITHIN = Duration.ofSeconds(10);

    private final CommandContext context;

    private Parley(CommandContext context) {
        this.context = context;
    }

    @Command(
            description =
                    "Start Kafka, Redis, DynamoDB Local, the Claude simulator, the services and the operators' page.")
    int up(
            @Option(names = "--detach", description = "Return when every process is ready.") boolean detach,
            @Option(
                            names = "--replicas",
                            split = ",",
                            paramLabel = "SERVICE=N",
                            description = "Several processes of a service: gateway-service=2,inference-service=2")
                    @Nullable
                    Map<Service, Integer> replicas,
            @Option(names = "--edge", description = "Also start Varnish before the gateways.") boolean edge,
            @Option(names = "--monitoring", description = "Also start Prometheus with the alerts, and Alertmanager.")
                    boolean monitoring) {
        return new Up(context, replicas == null ? Map.of() : replicas, edge, monitoring).run(detach);
    }

    @Command(description = "List the processes that were started, and whether each is ready.")
    int ps(@Option(names = "--json", description = "A JSON array.") boolean json) {
        return new Ps(context).run(json);
    }

    @Command(description = "Stop what was started.")
    int down(@Option(names = "--wipe", description = "Delete the data as well.") boolean wipe) {
        return new Down(context).run(wipe);
    }

    @Command(description = "Create and correct the topics of a broker as the contracts specify them; idempotent.")
    int topics() {
        String local = Kafka.bootstrapServers(context.port(Kafka.broker(0), PortName.KAFKA));
        List<String> changes = Kafka.provisionTopics(
                KafkaConnection.of(
                        Variables.of(context.environment()).getOrDefault("PARLEY_KAFKA_BOOTSTRAP_SERVERS", local),
                        context.environment()),
                replicationFactor(),
                TOPICS_WITHIN);
        context.say(changes.isEmpty() ? "The topics are as they should be." : String.join("\n", changes));
        return ExitCode.OK;
    }

    private short replicationFactor() {
        String factor = context.environment().getOrDefault("PARLEY_KAFKA_REPLICATION_FACTOR", "");
        if (factor.isEmpty()) {
            return TopicProvisioner.REPLICATION_OF_BROKERS;
        }
        if (!factor.matches("-1|[1-9]\\d{0,2}")) {
            throw new IllegalArgumentException(
                    "PARLEY_KAFKA_REPLICATION_FACTOR=" + factor + " is not a number of copies");
        }
        return Short.parseShort(factor);
    }

    /** The last step of a build, so that the next start does not have to unpack the applications. */
    @Command(name = "unpack", hidden = true)
    int unpack() throws IOException {
        context.checkout().unpackApplications();
        return ExitCode.OK;
    }

    @Command(description = "Make the AOT caches of the services, with which they start in less than half the time.")
    int train() throws IOException {
        long start = System.nanoTime();
        context.checkout().unpackApplications();
        Workspace workspace = Workspace.in(context.checkout().state().resolve("training"));
        List<Service> missing = Training.run(context.checkout(), workspace);
        if (missing.isEmpty()) {
            context.say("The AOT caches are made, after " + CommandContext.secondsSince(start) + ".");
            return ExitCode.OK;
        }
        context.complain("No AOT cache, and so a slower start, for "
                + missing.stream().map(Service::module).collect(joining(", ")) + ". Logs of the attempt: "
                + workspace.logs());
        return ExitCode.SOFTWARE;
    }

    @Command(description = "Ask a question, watch the answer stream, and see the time of each stage.")
    int ask(
            @Parameters(paramLabel = "QUESTION") String question,
            @Option(names = "--model", description = "Default: the first in the gateway's list.")
                    Optional<String> model,
            @Option(names = "--conversation", paramLabel = "ID", description = "The conversation to continue.")
                    Optional<String> conversation,
            @Option(names = "--json", description = "A JSON document.") boolean json) {
        return new Ask(context).run(question, model, conversation, json);
    }

    @Command(description = "Publish the answer to each question of a file, one a line.")
    int publish(
            @Parameters(paramLabel = "FILE") Path file,
            @Option(names = "--collection", required = true, description = "The collection of the questions.")
                    String collection,
            @Option(names = "--model", description = "Default: the first in the gateway's list.")
                    Optional<String> model)
            throws IOException {
        return new Publish(context).run(file, collection, model);
    }

    public static void main(String[] arguments) {
        CommandContext context = new CommandContext(Checkout.find(), System.getenv(), System.out, System.err);
        System.exit(commandLine(context).execute(arguments));
    }

    /** An argument that is not understood, or another invalid setting, ends with status 2; a failure with 1. */
    static CommandLine commandLine(CommandContext context) {
        return new CommandLine(new Parley(context))
                .addSubcommand(new Keys(context))
                .addSubcommand(new Cache(context))
                .addSubcommand(new Rebuild(context))
                .registerConverter(Service.class, Parley::service)
                .setErr(new PrintWriter(context.err(), true, context.err().charset()))
                .setExecutionExceptionHandler((failure, commandLine, parsed) -> {
                    context.complain(failure.getMessage() == null ? failure.toString() : failure.getMessage());
                    return failure instanceof IllegalArgumentException ? ExitCode.USAGE : ExitCode.SOFTWARE;
                });
    }

    private static Service service(String module) {
        try {
            return Service.of(module.strip());
        } catch (IllegalArgumentException e) {
            throw new TypeConversionException(e.getMessage());
        }
    }
}
