package dev.parley.replay.selection;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.common.utils.Utils;

/**
 * What is asked of a topic.
 *
 * @param partitions the partitions to read, all if empty
 * @param byKey whether to read only the partitions that the wanted keys hash to
 * @param from the first offset
 * @param to the first offset that is no longer wanted
 * @param recordsMax how many records to write
 * @param follow whether to wait for more at the end
 * @param withoutDeleted whether to leave out what was deleted with its conversation
 */
public record Query(
        String topic,
        Filter filter,
        Set<Integer> partitions,
        boolean byKey,
        OptionalLong from,
        OptionalLong to,
        long recordsMax,
        boolean follow,
        boolean withoutDeleted) {
    public Query {
        partitions = Set.copyOf(partitions);
    }

    /** Why this cannot be answered, as a clause for a person; empty if it can. */
    public Optional<String> objection(int partitionCount) {
        TopicKind kind = TopicKind.of(topic);
        return firstTrue(
                new Objection(
                        !filter.conversations().isEmpty() && !kind.namesConversation(),
                        "records of " + topic + " name no conversation: use --generation"),
                new Objection(
                        withoutDeleted && !kind.tellsDeleted(),
                        "records of " + topic + " do not tell what is deleted: --without-deleted is for chat.turns"
                                + " and chat.requests"),
                new Objection(
                        !filter.tenants().isEmpty() && !kind.namesTenant(), "records of " + topic + " name no tenant"),
                new Objection(
                        partitions.stream().anyMatch(p -> p < 0 || p >= partitionCount),
                        topic + " has partitions 0 to " + (partitionCount - 1)),
                new Objection(
                        (from.isPresent() || to.isPresent()) && partitions.size() != 1 && partitionCount > 1,
                        "offsets count within one partition: name it with --partition"),
                new Objection(
                        from.isPresent() && to.isPresent() && from.getAsLong() > to.getAsLong(),
                        "--from-offset is after --to-offset"),
                new Objection(
                        filter.since().isPresent()
                                && filter.until().isPresent()
                                && filter.since().get().isAfter(filter.until().get()),
                        "--since is after --until"),
                new Objection(
                        follow && (to.isPresent() || filter.until().isPresent()),
                        "--follow has no end: leave out --until and --to-offset"),
                new Objection(
                        byKey && wantedKeys(kind).isEmpty(),
                        "--by-key needs the key: --conversation for chat.turns, --generation for chat.commands"));
    }

    /** The partitions that have to be read. */
    public Set<Integer> partitionsOf(int partitionCount) {
        Set<Integer> chosen = partitions.isEmpty()
                ? IntStream.range(0, partitionCount).boxed().collect(Collectors.toCollection(TreeSet::new))
                : new TreeSet<>(partitions);
        if (byKey) {
            chosen.retainAll(wantedKeys(TopicKind.of(topic)).stream()
                    .map(key -> partitionOf(key, partitionCount))
                    .collect(Collectors.toSet()));
        }
        return chosen;
    }

    private Set<String> wantedKeys(TopicKind kind) {
        return switch (kind.key()) {
            case CONVERSATION -> filter.conversations();
            case GENERATION -> filter.generations();
            case OTHER -> Set.of();
        };
    }

    /** Kafka's own choice for a record with a key. */
    static int partitionOf(String key, int partitionCount) {
        return Utils.toPositive(Utils.murmur2(key.getBytes(UTF_8))) % partitionCount;
    }

    private static Optional<String> firstTrue(Objection... objections) {
        for (Objection objection : objections) {
            if (objection.holds()) {
                return Optional.of(objection.reason());
            }
        }
        return Optional.empty();
    }

    private record Objection(boolean holds, String reason) {}
}
