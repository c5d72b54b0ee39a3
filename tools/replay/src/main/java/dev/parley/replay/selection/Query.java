package dev.parley.replay.selection;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.kafka.common.utils.Utils;

/**
 * The records to read from a topic.
 *
 * @param partitions the partitions to read; all if empty
 * @param byKey whether to read only the partitions that the filter's keys hash to
 * @param from the first offset
 * @param to the first offset after the last
 * @param recordsMax the number of records to write at most
 * @param follow whether to wait for new records at the end
 * @param withoutDeleted whether to omit records of deleted conversations
 */
public record Query(
        String topic,
        Filter filter,
        Set<Integer> partitions,
        boolean byKey,
        Optional<Long> from,
        Optional<Long> to,
        long recordsMax,
        boolean follow,
        boolean withoutDeleted) {
    public Query {
        partitions = Set.copyOf(partitions);
    }

    private record Check(boolean fails, String message) {}

    /** The reason why the query cannot be run on a topic with this many partitions; empty if it can. */
    public Optional<String> error(int partitionCount) {
        TopicKind kind = TopicKind.of(topic);
        return Stream.of(
                        new Check(
                                !filter.conversations().isEmpty() && !kind.namesConversation(),
                                "records of " + topic + " name no conversation: use --generation"),
                        new Check(
                                withoutDeleted && !kind.marksDeleted(),
                                "--without-deleted is for chat.turns and chat.requests"),
                        new Check(
                                !filter.tenants().isEmpty() && !kind.namesTenant(),
                                "records of " + topic + " name no tenant"),
                        new Check(
                                partitions.stream().anyMatch(p -> p < 0 || p >= partitionCount),
                                topic + " has partitions 0 to " + (partitionCount - 1)),
                        new Check(
                                (from.isPresent() || to.isPresent()) && partitions.size() != 1 && partitionCount > 1,
                                "--from-offset and --to-offset need exactly one --partition"),
                        new Check(
                                from.isPresent() && from.get() > to.orElse(Long.MAX_VALUE),
                                "--from-offset is after --to-offset"),
                        new Check(
                                filter.since().isPresent()
                                        && filter.since()
                                                .get()
                                                .isAfter(filter.until().orElse(Instant.MAX)),
                                "--since is after --until"),
                        new Check(
                                follow && (to.isPresent() || filter.until().isPresent()),
                                "--follow has no end: omit --until and --to-offset"),
                        new Check(
                                byKey && keys().isEmpty(),
                                "--by-key needs the key: --conversation for chat.turns, --generation for"
                                        + " chat.commands"))
                .filter(Check::fails)
                .map(Check::message)
                .findFirst();
    }

    /** The partitions to read. */
    public Set<Integer> partitionsOf(int partitionCount) {
        Set<Integer> chosen = partitions.isEmpty()
                ? IntStream.range(0, partitionCount).boxed().collect(Collectors.toCollection(TreeSet::new))
                : new TreeSet<>(partitions);
        if (byKey) {
            chosen.retainAll(
                    keys().stream().map(key -> partitionOf(key, partitionCount)).collect(Collectors.toSet()));
        }
        return chosen;
    }

    /** The keys of matching records, where the filter determines them. */
    private Set<String> keys() {
        return switch (TopicKind.of(topic)) {
            case TURNS -> filter.conversations();
            case COMMANDS -> filter.generations();
            case REQUESTS, DELTAS, OTHER -> Set.of();
        };
    }

    /** The partition that Kafka's default partitioner chooses for a key. */
    private static int partitionOf(String key, int partitionCount) {
        return Utils.toPositive(Utils.murmur2(key.getBytes(UTF_8))) % partitionCount;
    }
}
