package dev.parley.replay;

import dev.parley.replay.selection.Filter;
import dev.parley.replay.selection.Query;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.apache.kafka.common.IsolationLevel;
import picocli.CommandLine.Option;

/** Which records are read. */
final class SelectionOptions {
    @Option(names = "--since", paramLabel = "TIME", description = "Only records from this time on.")
    private Optional<Instant> since = Optional.empty();

    @Option(names = "--until", paramLabel = "TIME", description = "Only records before this time.")
    private Optional<Instant> until = Optional.empty();

    @Option(names = "--conversation", paramLabel = "ID", split = ",", description = "Only of these conversations.")
    private List<String> conversations = new ArrayList<>();

    @Option(names = "--generation", paramLabel = "ID", split = ",", description = "Only of these generations.")
    private List<String> generations = new ArrayList<>();

    @Option(
            names = "--type",
            paramLabel = "TYPE",
            split = ",",
            description = "Only these events (ChatFailed) or kinds of delta (last).")
    private List<String> types = new ArrayList<>();

    @Option(names = "--tenant", paramLabel = "ID", split = ",", description = "Only of these tenants.")
    private List<String> tenants = new ArrayList<>();

    @Option(names = "--partition", paramLabel = "N", split = ",", description = "Only these partitions.")
    private List<Integer> partitions = new ArrayList<>();

    @Option(names = "--from-offset", paramLabel = "N", description = "Only from this offset on; needs --partition.")
    private Optional<Long> fromOffset = Optional.empty();

    @Option(names = "--to-offset", paramLabel = "N", description = "Only before this offset; needs --partition.")
    private Optional<Long> toOffset = Optional.empty();

    @Option(
            names = "--by-key",
            description = "Read only the partition that the key goes to today: faster, but blind to what was written"
                    + " before the topic was given more partitions.")
    private boolean byKey;

    @Option(names = "--limit", paramLabel = "N", description = "Stop after this many records.")
    private long limit = Long.MAX_VALUE;

    @Option(names = "--follow", description = "At the end, wait for more, until Ctrl-C.")
    private boolean follow;

    @Option(
            names = "--without-deleted",
            description = "Leave out what was deleted with its conversation; otherwise it is marked.")
    private boolean withoutDeleted;

    @Option(names = "--uncommitted", description = "Also records of transactions that are open or were aborted.")
    private boolean uncommitted;

    /**
     * The options as a query.
     *
     * @throws UsageException if a number is out of range
     */
    Query query(String topic) {
        if (limit < 1) {
            throw new UsageException("--limit must be at least 1");
        }
        if (fromOffset.orElse(0L) < 0 || toOffset.orElse(0L) < 0) {
            throw new UsageException("an offset is at least 0");
        }
        Filter filter = new Filter(
                Set.copyOf(conversations),
                Set.copyOf(generations),
                Set.copyOf(types),
                Set.copyOf(tenants),
                since,
                until);
        return new Query(
                topic,
                filter,
                Set.copyOf(partitions),
                byKey,
                fromOffset.map(OptionalLong::of).orElseGet(OptionalLong::empty),
                toOffset.map(OptionalLong::of).orElseGet(OptionalLong::empty),
                limit,
                follow,
                withoutDeleted);
    }

    IsolationLevel isolation() {
        return uncommitted ? IsolationLevel.READ_UNCOMMITTED : IsolationLevel.READ_COMMITTED;
    }
}
