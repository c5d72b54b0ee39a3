package dev.parley.replay;

import dev.parley.contracts.topic.Topics;
import dev.parley.replay.kafka.BrokerUnreachableException;
import dev.parley.replay.kafka.TopicCatalog;
import dev.parley.replay.kafka.TopicReader;
import dev.parley.replay.output.Destination;
import dev.parley.replay.output.LineWriter;
import dev.parley.replay.output.Progress;
import dev.parley.replay.output.ReaderGoneException;
import dev.parley.replay.selection.Moment;
import dev.parley.replay.selection.Query;
import dev.parley.replay.selection.Slice;
import dev.parley.replay.selection.TopicKind;
import java.io.IOException;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.apache.kafka.common.errors.WakeupException;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.TypeConversionException;

/** The command: what is asked for is read and written. Exit 0 if all went well, 1 if not, 2 for bad arguments. */
@Command(
        name = "./parley replay",
        sortOptions = false,
        usageHelpAutoWidth = true,
        abbreviateSynopsis = true,
        description = {"Reads a topic of Parley into lines that DuckDB, pandas and spreadsheets open.", ""},
        footer = {
            "",
            "TIME is 15m, 2h, 1d12h (ago), now, 2026-11-24 or 2026-11-24T09:30:00Z; UTC unless it says otherwise.",
            "ID, TYPE and --partition may be given more than once, or with commas between.",
            "Records come in the order of each partition. docs/events.md describes every event and column.",
            "",
            "  ./parley replay --since 1h                                      how the last hour's chats ended",
            "  ./parley replay --type ChatFailed --format csv -o failed.csv    those that failed, as a file",
            "  ./parley replay chat.deltas --generation gen_…                  an answer, piece by piece",
            "  ./parley replay chat.turns.dead                                 what could not be processed, and why",
        })
final class ReplayCommand implements Callable<Integer> {
    private static final int FAILED = 1;
    private static final int BAD_ARGUMENTS = 2;
    private static final int INTERRUPTED = 130;

    private final Clock clock;
    private final Map<String, String> environment;

    @Parameters(arity = "0..1", paramLabel = "TOPIC", description = "The topic; chat.turns if left out.")
    private String topic = Topics.TURNS.name();

    @Option(names = "--list", description = "Show the topics and stop.")
    private boolean list;

    @Mixin
    private final SelectionOptions selection = new SelectionOptions();

    @Mixin
    private final OutputOptions output = new OutputOptions();

    @Mixin
    private final BrokerOptions broker = new BrokerOptions();

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Show this and stop.")
    @SuppressWarnings("UnusedVariable") // picocli acts on it
    private boolean help;

    private ReplayCommand(Clock clock, Map<String, String> environment) {
        this.clock = clock;
        this.environment = environment;
    }

    static CommandLine commandLine(Clock clock, Map<String, String> environment) {
        return new CommandLine(new ReplayCommand(clock, environment))
                .registerConverter(Instant.class, text -> moment(text, clock))
                .setParameterExceptionHandler((e, _) -> badArguments(e.getCommandLine(), e))
                .setExecutionExceptionHandler((e, commandLine, _) -> told(e, commandLine));
    }

    private static Instant moment(String text, Clock clock) {
        try {
            return Moment.parse(text, clock);
        } catch (IllegalArgumentException e) {
            throw new TypeConversionException(String.valueOf(e.getMessage()));
        }
    }

    @Override
    public Integer call() throws IOException {
        String bootstrapServers = broker.bootstrapServers(environment);
        if (list) {
            return list(bootstrapServers);
        }
        Query query = selection.query(topic);
        try (Interruption interruption = new Interruption();
                Destination destination = output.open()) {
            int partitionCount = partitionCount(query, bootstrapServers);
            DeletedConversations deleted = TopicKind.of(topic).tellsDeleted()
                    ? DeletedConversations.read(
                            bootstrapServers, query.filter().since(), clock, interruption::stopsWith)
                    : DeletedConversations.NONE;
            try (TopicReader reader = new TopicReader(bootstrapServers, topic, selection.isolation(), clock)) {
                interruption.stopsWith(reader::stop);
                if (!write(reader, query, deleted, partitionCount, destination) && !query.follow()) {
                    return INTERRUPTED;
                }
                destination.complete();
                return 0;
            }
        }
    }

    private int list(String bootstrapServers) {
        try (TopicCatalog catalog = new TopicCatalog(bootstrapServers)) {
            System.out.printf("%-24s %10s %12s%n", "TOPIC", "PARTITIONS", "OFFSETS");
            catalog.entries()
                    .forEach(topic ->
                            System.out.printf("%-24s %10d %12d%n", topic.topic(), topic.partitions(), topic.offsets()));
            return 0;
        }
    }

    private int partitionCount(Query query, String bootstrapServers) {
        try (TopicCatalog catalog = new TopicCatalog(bootstrapServers)) {
            int partitionCount = catalog.partitions(topic)
                    .orElseThrow(() -> new UsageException("there is no topic " + topic + " on " + bootstrapServers
                            + "; --list shows those there are"));
            query.objection(partitionCount).ifPresent(reason -> {
                throw new UsageException(reason);
            });
            return partitionCount;
        }
    }

    /** Reads and writes; false if it was interrupted. */
    private boolean write(
            TopicReader reader, Query query, DeletedConversations deleted, int partitionCount, Destination destination)
            throws IOException {
        List<Slice> slices = reader.extents(query.partitionsOf(partitionCount), query.filter()).stream()
                .map(extent -> extent.slice(query))
                .toList();
        LineWriter writer = output.writer(topic);
        writer.begin(destination.stream());
        Progress progress = output.progress(topic, query.follow(), clock);
        long offsets = slices.stream().mapToLong(Slice::length).sum();
        try {
            return reader.read(
                    slices,
                    new Transcript(query, deleted, offsets, output.decoder(), writer, destination.stream(), progress));
        } finally {
            progress.erase();
        }
    }

    private static int badArguments(CommandLine commandLine, Exception e) {
        commandLine.getErr().println("replay: " + e.getMessage());
        commandLine.getErr().println("usage: ./parley replay [TOPIC] [OPTIONS]; --help shows them all");
        return BAD_ARGUMENTS;
    }

    private static int told(Exception e, CommandLine commandLine) {
        return switch (e) {
            case UsageException _ -> badArguments(commandLine, e);
            case ReaderGoneException _ -> 0;
            case WakeupException _ -> INTERRUPTED;
            case BrokerUnreachableException _ -> failed(commandLine, String.valueOf(e.getMessage()));
            case IOException _ -> failed(commandLine, "cannot write: " + e.getMessage());
            default -> failed(commandLine, "stopped by " + e);
        };
    }

    private static int failed(CommandLine commandLine, String reason) {
        commandLine.getErr().println("replay: " + reason);
        return FAILED;
    }
}
