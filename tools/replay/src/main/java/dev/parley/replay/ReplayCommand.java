package dev.parley.replay;

import dev.parley.contracts.topic.Topics;
import dev.parley.replay.kafka.BrokerUnreachableException;
import dev.parley.replay.kafka.TopicReader;
import dev.parley.replay.output.Output;
import dev.parley.replay.output.Progress;
import dev.parley.replay.output.RecordFormat;
import dev.parley.replay.selection.OffsetRange;
import dev.parley.replay.selection.Query;
import dev.parley.replay.selection.TopicKind;
import java.io.IOException;
import java.io.PrintWriter;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.utils.Utils;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** The command {@code replay}. Exit status: 0 for success, 1 for a failure, 2 for bad arguments, 130 for Ctrl-C. */
@Command(
        name = "./parley replay",
        sortOptions = false,
        usageHelpAutoWidth = true,
        abbreviateSynopsis = true,
        description = {"Exports the records of a topic as JSON lines or CSV.", ""},
        footer = {
            "",
            "TIME is 15m, 2h, 1d12h (ago), now, 2026-11-24 or 2026-11-24T09:30:00Z. The default time zone is UTC.",
            "ID, TYPE and --partition can be repeated, or contain several values separated by commas.",
            "Records are ordered within each partition. docs/events.md describes every event and column.",
            "",
            "  ./parley replay --since 1h                                      how the last hour's chats ended",
            "  ./parley replay --type ChatFailed --format csv -o failed.csv    the failed chats, as a file",
            "  ./parley replay chat.deltas --generation gen_…                  an answer, piece by piece",
            "  ./parley replay chat.turns.dead                                 unprocessable records, with the reason",
        })
final class ReplayCommand implements Callable<Integer> {
    private static final int FAILED = 1;
    private static final int BAD_ARGUMENTS = 2;
    private static final int INTERRUPTED = 130;

    private static final String BOOTSTRAP_SERVERS_VARIABLE = "PARLEY_KAFKA_BOOTSTRAP_SERVERS";
    private static final String LOCAL_STACK = "127.0.0.1:9092";

    private final Clock clock;
    private final Map<String, String> environment;

    @Parameters(arity = "0..1", paramLabel = "TOPIC", description = "The topic; by default chat.turns.")
    private String topic = Topics.TURNS.name();

    @Option(names = "--list", description = "List the topics and exit.")
    private boolean list;

    @Mixin
    private final SelectionOptions selection = new SelectionOptions();

    @Mixin
    private final OutputOptions output = new OutputOptions();

    @Option(
            names = "--bootstrap-servers",
            paramLabel = "HOST:PORT",
            description =
                    "The Kafka brokers; by default $" + BOOTSTRAP_SERVERS_VARIABLE + ", else " + LOCAL_STACK + ".")
    private String bootstrapServers = "";

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Show this help and exit.")
    @SuppressWarnings("UnusedVariable") // picocli reads it
    private boolean help;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    /** The arguments are valid one by one, but cannot be used. */
    static final class UsageException extends RuntimeException {
        UsageException(String reason) {
            super(reason);
        }
    }

    private ReplayCommand(Clock clock, Map<String, String> environment) {
        this.clock = clock;
        this.environment = environment;
    }

    static CommandLine commandLine(Clock clock, Map<String, String> environment) {
        return new CommandLine(new ReplayCommand(clock, environment))
                .registerConverter(Instant.class, new TimeConverter(clock))
                .setParameterExceptionHandler((e, _) -> badArguments(e.getCommandLine(), e))
                .setExecutionExceptionHandler((e, commandLine, _) -> report(e, commandLine));
    }

    @Override
    public Integer call() throws IOException {
        return list ? list() : export();
    }

    private int list() {
        PrintWriter out = spec.commandLine().getOut();
        try (TopicReader reader = TopicReader.connect(brokers(), IsolationLevel.READ_UNCOMMITTED, clock)) {
            out.printf("%-24s %10s %12s%n", "TOPIC", "PARTITIONS", "OFFSETS");
            reader.partitionCounts().forEach((name, count) -> {
                var partitions = IntStream.range(0, count).boxed().toList();
                long offsets = reader.offsets(name, partitions, Optional.empty()).stream()
                        .mapToLong(partition -> partition.end() - partition.begin())
                        .sum();
                out.printf("%-24s %10d %12d%n", name, count, offsets);
            });
            return 0;
        }
    }

    private int export() throws IOException {
        String brokers = brokers();
        Query query = selection.query(topic);
        try (InterruptHandler interrupts = new InterruptHandler();
                Output file = output.open();
                TopicReader reader = TopicReader.connect(brokers, selection.isolation(), clock)) {
            interrupts.onInterrupt(reader::stop);
            Map<String, Integer> partitionCounts = reader.partitionCounts();
            int partitionCount = Optional.ofNullable(partitionCounts.get(topic))
                    .orElseThrow(() -> new UsageException(
                            "there is no topic " + topic + " on " + brokers + "; --list shows the topics"));
            query.error(partitionCount).ifPresent(error -> {
                throw new UsageException(error);
            });
            int turnPartitions = partitionCounts.getOrDefault(Topics.TURNS.name(), 0);
            DeletedConversations deleted = TopicKind.of(topic).marksDeleted()
                    ? DeletedConversations.read(
                            reader, turnPartitions, query.filter().since())
                    : DeletedConversations.NONE;
            if (!write(reader, query, deleted, partitionCount, file) && !query.follow()) {
                return INTERRUPTED;
            }
            file.complete();
            return 0;
        }
    }

    /** Reads and writes the records; false if interrupted. */
    private boolean write(
            TopicReader reader, Query query, DeletedConversations deleted, int partitionCount, Output file)
            throws IOException {
        List<OffsetRange> ranges =
                reader
                        .offsets(
                                topic,
                                query.partitionsOf(partitionCount),
                                query.filter().since())
                        .stream()
                        .map(offsets -> offsets.range(query))
                        .toList();
        RecordFormat format = output.format(topic);
        format.writeHeader(file.stream());
        long offsets = ranges.stream().mapToLong(OffsetRange::length).sum();
        try (Progress progress = output.progress(topic, offsets, query.follow(), clock)) {
            return reader.read(
                    ranges, new RecordExport(query, deleted, output.decoder(), format, file.stream(), progress));
        }
    }

    /** The brokers of the option, the environment or the local stack, checked for their form. */
    private String brokers() {
        String chosen = bootstrapServers.isEmpty()
                ? environment.getOrDefault(BOOTSTRAP_SERVERS_VARIABLE, "")
                : bootstrapServers;
        String brokers = chosen.isBlank() ? LOCAL_STACK : chosen;
        for (String address : List.of(brokers.split(",", -1))) {
            if (Utils.getPort(address.strip()) == null) {
                throw new UsageException("'" + address.strip() + "' is not the HOST:PORT of a Kafka broker");
            }
        }
        return brokers;
    }

    private static int badArguments(CommandLine commandLine, Exception e) {
        commandLine.getErr().println("replay: " + e.getMessage());
        commandLine.getErr().println("usage: ./parley replay [TOPIC] [OPTIONS]; --help lists the options");
        return BAD_ARGUMENTS;
    }

    private static int report(Exception e, CommandLine commandLine) {
        return switch (e) {
            case UsageException _ -> badArguments(commandLine, e);
            case Output.ClosedPipeException _ -> 0;
            case WakeupException _ -> INTERRUPTED;
            case BrokerUnreachableException _ -> failed(commandLine, String.valueOf(e.getMessage()));
            case IOException _ -> failed(commandLine, "cannot write: " + e.getMessage());
            default -> failed(commandLine, "failed: " + e);
        };
    }

    private static int failed(CommandLine commandLine, String reason) {
        commandLine.getErr().println("replay: " + reason);
        return FAILED;
    }
}
