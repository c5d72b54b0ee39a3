package dev.parley.replay.selection;

import dev.parley.contracts.topic.Topics;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.common.IsolationLevel;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The records to read: a topic, and the options that select some of its records. */
public final class Query {
    @Parameters(arity = "0..1", paramLabel = "TOPIC", description = "The topic; by default chat.turns.")
    private String topic = Topics.TURNS.name();

    @Mixin
    private final Filter filter = new Filter();

    @Option(names = "--partition", paramLabel = "N", split = ",", description = "Only these partitions.")
    private Set<Integer> partitions = new HashSet<>();

    @Option(names = "--from-offset", paramLabel = "N", description = "Only from this offset on; needs --partition.")
    private Optional<Long> from = Optional.empty();

    @Option(names = "--to-offset", paramLabel = "N", description = "Only before this offset; needs --partition.")
    private Optional<Long> to = Optional.empty();

    @Option(names = "--limit", paramLabel = "N", description = "Stop after this many records.")
    private long recordsMax = Long.MAX_VALUE;

    @Option(names = "--follow", description = "Wait for new records at the end, until Ctrl-C.")
    private boolean follow;

    @Option(
            names = "--without-deleted",
            description = "Omit records of deleted conversations. By default they are marked.")
    private boolean withoutDeleted;

    @Option(names = "--uncommitted", description = "Also records of open and aborted transactions.")
    private boolean uncommitted;

    public String topic() {
        return topic;
    }

    public Filter filter() {
        return filter;
    }

    public long recordsMax() {
        return recordsMax;
    }

    public boolean follow() {
        return follow;
    }

    public boolean withoutDeleted() {
        return withoutDeleted;
    }

    public IsolationLevel isolation() {
        return uncommitted ? IsolationLevel.READ_UNCOMMITTED : IsolationLevel.READ_COMMITTED;
    }

    /**
     * Checks what does not depend on the broker.
     *
     * @throws UsageException if options contradict each other or the topic
     */
    public void check() {
        TopicKind kind = TopicKind.of(topic);
        reject(recordsMax < 1, "--limit must be at least 1");
        reject(from.orElse(0L) < 0 || to.orElse(0L) < 0, "an offset must be at least 0");
        reject(from.orElse(0L) > to.orElse(Long.MAX_VALUE), "--from-offset is after --to-offset");
        reject(
                filter.since.isPresent()
                        && filter.until.isPresent()
                        && filter.since.get().isAfter(filter.until.get()),
                "--since is after --until");
        reject(
                follow && (to.isPresent() || filter.until.isPresent()),
                "--follow has no end: omit --until and --to-offset");
        // A record may be dead because its type is not known here.
        Optional<String> unknown = TopicKind.isDead(topic) ? Optional.empty() : filter.unknownType(kind);
        reject(
                unknown.isPresent(),
                topic + " has no type " + unknown.orElse("") + "; its types are " + String.join(", ", kind.types()));
        reject(
                !filter.conversations.isEmpty() && !kind.namesConversation(),
                "records of " + topic + " name no conversation: use --generation");
        reject(!filter.tenants.isEmpty() && !kind.namesTenant(), "records of " + topic + " name no tenant");
        reject(
                withoutDeleted && !kind.marksDeleted(),
                "--without-deleted is for chat.turns, chat.requests and chat.trials");
    }

    /**
     * The partitions to read.
     *
     * @throws UsageException if a topic with this many partitions has not those of the options
     */
    public Set<Integer> partitionsOf(int count) {
        reject(
                partitions.stream().anyMatch(partition -> partition < 0 || partition >= count),
                topic + " has partitions 0 to " + (count - 1));
        reject(
                (from.isPresent() || to.isPresent()) && partitions.size() != 1 && count > 1,
                "--from-offset and --to-offset need exactly one --partition");
        return partitions.isEmpty() ? IntStream.range(0, count).boxed().collect(Collectors.toSet()) : partitions;
    }

    /** Whether partitions that are added to the topic meanwhile are read too. */
    public boolean followsAllPartitions() {
        return follow && partitions.isEmpty();
    }

    /**
     * The offsets to read of a partition that has these. They include deleted ones that {@code --from-offset} names, unless
     * {@code --since} omits them, so that the reading reports them. From 0 on is from the oldest offset on.
     *
     * @param oldest the oldest offset of the partition, also if {@code present} starts later, because of {@code --since}
     */
    public OffsetRange range(OffsetRange present, long oldest) {
        long first = from.orElse(0L);
        boolean fromDeleted = first > 0 && present.start() <= oldest;
        long start = fromDeleted ? first : Math.max(present.start(), first);
        return follow
                ? new OffsetRange(present.partition(), Math.min(start, present.end()), Long.MAX_VALUE)
                : new OffsetRange(present.partition(), start, Math.min(present.end(), to.orElse(Long.MAX_VALUE)));
    }

    private static void reject(boolean isWrong, String reason) {
        if (isWrong) {
            throw new UsageException(reason);
        }
    }
}
