package dev.parley.conversations;

import static dev.parley.conversations.Attributes.required;
import static java.util.stream.Collectors.toMap;
import static java.util.stream.Collectors.toSet;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.BatchGetItemResponse;
import software.amazon.awssdk.services.dynamodb.model.KeysAndAttributes;

/**
 * The comparison of two tables of conversations that are written from the same log, while they are written. Every item is read
 * from both. Items that differ are read again a few times, because one of the writers may be ahead. Expired items and the time of
 * storage are not compared; nor is what a conversation has of a turn or change older than the retention, which is not on the log
 * any more, or is skipped.
 */
public final class TableComparison {
    /** Items that differ at first, beyond which the comparison ends. */
    private static final int DIFFERENCES_MAX = 10_000;

    private static final int KEYS_AT_ONCE = 100;
    private static final int ROUNDS = 10;
    /** Calls for the same items: with the pauses between them, about half a minute of throttling. */
    private static final int UNPROCESSED_MAX = 20;

    private static final Duration UNPROCESSED_PAUSE_MAX = Duration.ofSeconds(2);
    private static final Duration PAUSE = Duration.ofSeconds(2);

    /** The attributes of a conversation that one event determines, by the attribute with its time. */
    private static final Map<String, Set<String>> BY_ORIGIN = Map.of(
            Attributes.CREATED_AT,
                    Set.of(
                            Attributes.CREATED_AT,
                            Attributes.FIRST_GENERATION,
                            Attributes.USER,
                            Attributes.USER_KEY,
                            Attributes.TITLE),
            Attributes.RENAMED_AT, Set.of(Attributes.RENAMED_AT, Attributes.GIVEN_TITLE),
            Attributes.DELETED_AT, Set.of(Attributes.DELETED_AT));

    private final DynamoDbClient dynamoDb;
    private final String table;
    private final String other;
    private final Clock clock;
    private final Duration pause;

    /**
     * What was found.
     *
     * @param items of the first table that have not expired
     * @param otherItems the same of the other table
     * @param different the keys of items that are in one table only, or not equal; at most 10,000
     */
    public record Result(long items, long otherItems, List<String> different) {}

    private record Key(Map<String, AttributeValue> attributes) {
        static Key of(Map<String, AttributeValue> item) {
            Map<String, AttributeValue> attributes = new HashMap<>(item);
            attributes.keySet().retainAll(Set.of(Attributes.PARTITION_KEY, Attributes.SORT_KEY));
            return new Key(attributes);
        }

        @Override
        public String toString() {
            return required(attributes, Attributes.PARTITION_KEY).s() + " "
                    + required(attributes, Attributes.SORT_KEY).s();
        }
    }

    public TableComparison(DynamoDbClient dynamoDb, String table, String other, Clock clock) {
        this(dynamoDb, table, other, clock, PAUSE);
    }

    /** @param pause before items that differ are read again */
    TableComparison(DynamoDbClient dynamoDb, String table, String other, Clock clock, Duration pause) {
        this.dynamoDb = dynamoDb;
        this.table = table;
        this.other = other;
        this.clock = clock;
        this.pause = pause;
    }

    /** Reads both tables completely. Blocks. */
    public Result compare() throws InterruptedException {
        Set<Key> different = new LinkedHashSet<>();
        long items = scan(table, other, different);
        long otherItems = scan(other, table, different);
        for (int round = 0; round < ROUNDS && !different.isEmpty(); round++) {
            Thread.sleep(pause);
            different = differing(List.copyOf(different));
        }
        return new Result(
                items, otherItems, different.stream().map(Key::toString).toList());
    }

    private long scan(String from, String to, Set<Key> different) throws InterruptedException {
        long count = 0;
        for (var page : dynamoDb.scanPaginator(scan -> scan.tableName(from).limit(KEYS_AT_ONCE))) {
            Map<Key, Map<String, AttributeValue>> found = comparable(page.items());
            count += found.size();
            Map<Key, Map<String, AttributeValue>> counterparts = read(to, found.keySet());
            found.forEach((key, item) -> {
                if (!areEqual(item, counterparts.get(key)) && different.size() < DIFFERENCES_MAX) {
                    different.add(key);
                }
            });
        }
        return count;
    }

    private Set<Key> differing(List<Key> keys) throws InterruptedException {
        Set<Key> different = new LinkedHashSet<>();
        for (int from = 0; from < keys.size(); from += KEYS_AT_ONCE) {
            List<Key> some = keys.subList(from, Math.min(from + KEYS_AT_ONCE, keys.size()));
            Map<Key, Map<String, AttributeValue>> one = read(table, some);
            Map<Key, Map<String, AttributeValue>> two = read(other, some);
            some.stream().filter(key -> !areEqual(one.get(key), two.get(key))).forEach(different::add);
        }
        return different;
    }

    private Map<Key, Map<String, AttributeValue>> read(String from, Collection<Key> keys) throws InterruptedException {
        List<Map<String, AttributeValue>> items = new ArrayList<>();
        Map<String, KeysAndAttributes> pending = keys.isEmpty()
                ? Map.of()
                : Map.of(
                        from,
                        KeysAndAttributes.builder()
                                .keys(keys.stream().map(Key::attributes).toList())
                                .consistentRead(true)
                                .build());
        for (int calls = 0; !pending.isEmpty(); calls++) {
            if (calls == UNPROCESSED_MAX) {
                throw new IllegalStateException("DynamoDB does not read all items of " + from);
            }
            if (calls > 0) {
                Thread.sleep(Math.min(50L << calls, UNPROCESSED_PAUSE_MAX.toMillis()));
            }
            Map<String, KeysAndAttributes> call = pending;
            BatchGetItemResponse response = dynamoDb.batchGetItem(get -> get.requestItems(call));
            items.addAll(response.responses().getOrDefault(from, List.of()));
            pending = response.unprocessedKeys();
        }
        return comparable(items);
    }

    private boolean areEqual(@Nullable Map<String, AttributeValue> one, @Nullable Map<String, AttributeValue> two) {
        if (one == null || two == null) {
            return one == null && two == null;
        }
        Set<String> forgotten = new HashSet<>(forgotten(one));
        forgotten.addAll(forgotten(two));
        return without(forgotten, one).equals(without(forgotten, two));
    }

    /** The attributes from before the retention, which is the time from the last turn of a conversation to its expiry. */
    private Set<String> forgotten(Map<String, AttributeValue> item) {
        return Attributes.instant(item, Attributes.UPDATED_AT)
                .map(updatedAt -> {
                    long expiresAt =
                            Long.parseLong(required(item, Attributes.EXPIRES_AT).n());
                    Instant kept = clock.instant().minusSeconds(expiresAt - updatedAt.getEpochSecond());
                    return BY_ORIGIN.entrySet().stream()
                            .filter(origin -> Attributes.instant(item, origin.getKey())
                                    .filter(kept::isAfter)
                                    .isPresent())
                            .flatMap(origin -> origin.getValue().stream())
                            .collect(toSet());
                })
                .orElse(Set.of());
    }

    /** A deleted conversation is kept for longer than the deletion on the log. */
    private boolean isExpired(Map<String, AttributeValue> item) {
        boolean deleted = item.containsKey(Attributes.DELETED_AT) && !ConversationSummary.isShown(item);
        return Attributes.isExpired(
                item, deleted ? clock.instant().plus(ConversationChanges.STRAGGLERS) : clock.instant());
    }

    private static Map<String, AttributeValue> without(Set<String> attributes, Map<String, AttributeValue> item) {
        Map<String, AttributeValue> compared = new HashMap<>(item);
        compared.keySet().removeAll(attributes);
        return compared;
    }

    private Map<Key, Map<String, AttributeValue>> comparable(List<Map<String, AttributeValue>> items) {
        return items.stream()
                .filter(item -> !isExpired(item))
                .map(item -> without(Set.of(Attributes.STORED_AT), item))
                .collect(toMap(Key::of, Function.identity()));
    }

    /**
     * The command for operators, {@code TableComparison TABLE OTHER [ENDPOINT]}, with {@code AWS_REGION} and credentials in the
     * environment. Prints the result, and ends with status 1 if the tables differ.
     */
    public static void main(String[] arguments) throws InterruptedException {
        if (arguments.length < 2 || arguments.length > 3) {
            System.err.println("usage: TableComparison TABLE OTHER [ENDPOINT]");
            System.exit(2);
        }
        try (DynamoDbClient dynamoDb = ConversationTable.operatorsClient(arguments, 2)) {
            Result result = new TableComparison(dynamoDb, arguments[0], arguments[1], Clock.systemUTC()).compare();
            System.out.printf(
                    "%s has %,d items, %s has %,d. %,d differ.%n",
                    arguments[0],
                    result.items(),
                    arguments[1],
                    result.otherItems(),
                    result.different().size());
            result.different().stream().limit(20).forEach(System.out::println);
            System.exit(result.different().isEmpty() ? 0 : 1);
        }
    }
}
