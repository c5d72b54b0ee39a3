package dev.parley.replay;

import static java.util.Objects.requireNonNull;

import dev.parley.contracts.topic.Topics;
import dev.parley.eventlog.KafkaConnection;
import dev.parley.replay.kafka.BrokerOptions;
import dev.parley.replay.kafka.TopicReader;
import dev.parley.replay.output.Output;
import dev.parley.replay.output.Progress;
import dev.parley.replay.output.RecordFormat;
import dev.parley.replay.selection.OffsetRange;
import dev.parley.replay.selection.Query;
import dev.parley.replay.selection.TopicKind;
import dev.parley.replay.selection.UsageException;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
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
    private static final int INTERRUPTED = 130;

    /** How long an interrupted export may take to close its output. */
    private static final Duration CLOSED_WITHIN = Duration.ofSeconds(10);

    private final Map<String, String> environment;
    private final Clock clock;

    @Option(names = "--list", description = "List the topics and exit.")
    private boolean list;

    @Mixin
    private final Query query = new Query();

    @Mixin
    private final OutputOptions output = new OutputOptions();

    @Mixin
    private final BrokerOptions brokers = new BrokerOptions();

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Show this help and exit.")
    @SuppressWarnings("UnusedVariable") // picocli reads it
    private boolean help;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    private ReplayCommand(Map<String, String> environment, Clock clock) {
        this.environment = environment;
        this.clock = clock;
    }

    public static void main(String[] arguments) {
        System.exit(commandLine(System.getenv()).execute(arguments));
    }

    static CommandLine commandLine(Map<String, String> environment) {
        Clock clock = Clock.systemUTC();
        return new CommandLine(new ReplayCommand(environment, clock))
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
        try (TopicReader reader = TopicReader.connect(connection(), IsolationLevel.READ_UNCOMMITTED)) {
            Map<String, Integer> counts = reader.partitionCounts();
            out.printf("%-24s %10s %12s%n", "TOPIC", "PARTITIONS", "OFFSETS");
            counts.forEach((name, count) -> {
                long offsets = length(reader.offsets(name, Optional.empty()));
                out.printf("%-24s %10d %12d%n", name, count, offsets);
            });
            return ExitCode.OK;
        }
    }

    private int export() throws IOException {
        KafkaConnection connection = connection();
        query.check();
        try (InterruptHandler interrupts = new InterruptHandler(CLOSED_WITHIN, ReplayCommand::closed);
                Output file = output.open();
                TopicReader reader = TopicReader.connect(connection, query.isolation())) {
            interrupts.onInterrupt(reader::stop);
            Map<String, Integer> counts = reader.partitionCounts();
            if (!counts.containsKey(query.topic())) {
                throw new UsageException("there is no topic " + query.topic() + " on " + connection.bootstrapServers()
                        + "; --list shows the topics");
            }
            Set<Integer> partitions = query.partitionsOf(counts.getOrDefault(query.topic(), 0));
            Optional<Instant> since = query.filter().since();
            List<OffsetRange> present = reader.offsets(query.topic(), partitions, since);
            Map<TopicPartition, Long> oldest = reader.oldestOffsets(present);
            List<OffsetRange> ranges = present.stream()
                    .map(range -> query.range(range, requireNonNull(oldest.get(range.partition()))))
                    .toList();
            // After the ends are known, so that no deletion among the records is missed.
            DeletedConversations deleted = ranges.stream().allMatch(range -> range.length() == 0)
                    ? DeletedConversations.NONE
                    : deleted(reader, present);
            int status = write(reader, ranges, deleted, file.stream());
            if (status == ExitCode.OK) {
                file.complete();
            }
            return status;
        }
    }

    private DeletedConversations deleted(TopicReader reader, List<OffsetRange> present) throws IOException {
        if (!TopicKind.of(query.topic()).marksDeleted()) {
            return DeletedConversations.NONE;
        }
        Optional<Instant> since = query.filter().since();
        // A trial may be of any earlier turn.
        if (since.isEmpty() && (TopicKind.isDead(query.topic()) || query.topic().equals(Topics.REQUESTS.name()))) {
            since = reader.firstTime(present).or(() -> Optional.of(clock.instant()));
        }
        return query.withoutDeleted()
                ? DeletedConversations.read(reader, query.topic(), since)
                : DeletedConversations.readRecent(reader, since);
    }

    /** Reads and writes the records. Returns the exit status; an interrupt is the regular end of following. */
    private int write(TopicReader reader, List<OffsetRange> ranges, DeletedConversations deleted, OutputStream out)
            throws IOException {
        RecordFormat format = output.format(query.topic());
        format.writeHeader(out);
        PrintWriter errors = spec.commandLine().getErr();
        boolean finished;
        RecordExport export;
        try (Progress progress = output.progress(query.topic(), length(ranges), query.follow())) {
            export = new RecordExport(query, deleted, output.decoder(), format, out, progress, errors);
            finished = query.followsAllPartitions()
                    ? reader.readWithAdded(query.topic(), ranges, export)
                    : reader.read(ranges, export);
        }
        out.flush();
        errors.println("replay: " + export.summary());
        if (query.follow()) {
            return ExitCode.OK;
        } else if (!finished) {
            return INTERRUPTED;
        }
        return export.hasMissed() ? ExitCode.SOFTWARE : ExitCode.OK;
    }

    private static long length(List<OffsetRange> ranges) {
        return ranges.stream().mapToLong(OffsetRange::length).sum();
    }

    private KafkaConnection connection() {
        return brokers.connection(environment);
    }

    private static void closed(boolean inTime) {
        if (!inTime) {
            System.err.println("replay: timed out while closing the output");
        }
    }

    private static int badArguments(CommandLine commandLine, Exception e) {
        commandLine.getErr().println("replay: " + e.getMessage());
        commandLine.getErr().println("usage: ./parley replay [TOPIC] [OPTIONS]; --help lists the options");
        return ExitCode.USAGE;
    }

    private static int report(Exception e, CommandLine commandLine) {
        return switch (e) {
            case UsageException _ -> badArguments(commandLine, e);
            case Output.ClosedPipeException _ -> ExitCode.OK;
            case WakeupException _ -> INTERRUPTED;
            case TopicReader.UnreachableException _ -> failed(commandLine, String.valueOf(e.getMessage()));
            case IOException _ -> failed(commandLine, "cannot write: " + e.getMessage());
            default -> failed(commandLine, "failed: " + e);
        };
    }

    private static int failed(CommandLine commandLine, String reason) {
        commandLine.getErr().println("replay: " + reason);
        return ExitCode.SOFTWARE;
    }
}
