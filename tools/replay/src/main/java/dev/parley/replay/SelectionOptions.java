package dev.parley.replay;

import dev.parley.replay.selection.Filter;
import dev.parley.replay.selection.Query;
import java.time.Instant;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.common.IsolationLevel;
import picocli.CommandLine.Option;

/** The options that select records. */
final class SelectionOptions {
    @Option(names = "--since", paramLabel = "TIME", description = "Only records from this time on.")
    private Optional<Instant> since = Optional.empty();

    @Option(names = "--until", paramLabel = "TIME", description = "Only records before this time.")
    private Optional<Instant> until = Optional.empty();

    @Option(names = "--conversation", paramLabel = "ID", split = ",", description = "Only these conversations.")
    private Set<String> conversations = new HashSet<>();

    @Option(names = "--generation", paramLabel = "ID", split = ",", description = "Only these generations.")
    private Set<String> generations = new HashSet<>();

    @Option(
            names = "--type",
            paramLabel = "TYPE",
            split = ",",
            description = "Only these events (ChatFailed) or kinds of delta (last).")
    private Set<String> types = new HashSet<>();

    @Option(names = "--tenant", paramLabel = "ID", split = ",", description = "Only these tenants.")
    private Set<String> tenants = new HashSet<>();

    @Option(names = "--partition", paramLabel = "N", split = ",", description = "Only these partitions.")
    private Set<Integer> partitions = new HashSet<>();

    @Option(names = "--from-offset", paramLabel = "N", description = "Only from this offset on; needs --partition.")
    private Optional<Long> fromOffset = Optional.empty();

    @Option(names = "--to-offset", paramLabel = "N", description = "Only before this offset; needs --partition.")
    private Optional<Long> toOffset = Optional.empty();

    @Option(
            names = "--by-key",
            description = "Read only the partition of the key: faster, but misses records that were written before the"
                    + " topic got more partitions.")
    private boolean byKey;

    @Option(names = "--limit", paramLabel = "N", description = "Stop after this many records.")
    private long limit = Long.MAX_VALUE;

    @Option(names = "--follow", description = "Wait for new records at the end, until Ctrl-C.")
    private boolean follow;

    @Option(
            names = "--without-deleted",
            description = "Omit records of deleted conversations. By default they are marked.")
    private boolean withoutDeleted;

    @Option(names = "--uncommitted", description = "Also records of open and aborted transactions.")
    private boolean uncommitted;

    /**
     * The query for a topic.
     *
     * @throws ReplayCommand.UsageException if a number is out of range
     */
    Query query(String topic) {
        if (limit < 1) {
            throw new ReplayCommand.UsageException("--limit must be at least 1");
        }
        if (fromOffset.orElse(0L) < 0 || toOffset.orElse(0L) < 0) {
            throw new ReplayCommand.UsageException("an offset must be at least 0");
        }
        Filter filter = new Filter(conversations, generations, types, tenants, since, until);
        return new Query(topic, filter, partitions, byKey, fromOffset, toOffset, limit, follow, withoutDeleted);
    }

    IsolationLevel isolation() {
        return uncommitted ? IsolationLevel.READ_UNCOMMITTED : IsolationLevel.READ_COMMITTED;
    }
}
