package dev.parley.conversations;

import static dev.parley.conversations.Attributes.required;
import static java.util.stream.Collectors.toMap;

import dev.parley.conversations.ItemComparison.Difference;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.BatchGetItemResponse;
import software.amazon.awssdk.services.dynamodb.model.KeysAndAttributes;

/**
 * The comparison of two tables of conversations that are written from the same log, while they are written. Every item is read
 * from both: a conversation, or a turn with its parts. Items that differ are read again a few times, because one of the writers may
 * be ahead. Expired items are not compared.
 */
public final class TableComparison {
    /** The status of the command if the other table has all that the first one has, and more. */
    private static final int OTHER_HAS_MORE = 3;

    /** Items of each kind of difference that are read again. */
    private static final int DIFFERENCES_MAX = 10_000;

    private static final int KEYS_AT_ONCE = 100;

    /** Parts are read with the head of their turn. */
    private static final String NO_PARTS = "attribute_not_exists(#body) OR attribute_exists(#parts)";

    private static final int ROUNDS = 10;
    /** Calls for the same items: with the pauses between them, about half a minute of throttling. */
    private static final int UNPROCESSED_MAX = 20;

    private static final Duration UNPROCESSED_PAUSE_MAX = Duration.ofSeconds(2);
    private static final Duration PAUSE = Duration.ofSeconds(2);

    private final DynamoDbClient dynamoDb;
    private final String table;
    private final String other;
    private final ItemComparison comparison;
    private final Duration pause;
    private final int differencesMax;

    /**
     * @param items of the first table that have not expired
     * @param otherItems the same of the other table
     * @param different the keys of items that differ
     * @param more the kinds of difference that more items had at first than were read again
     */
    record Result(long items, long otherItems, Map<Difference, List<String>> different, Set<Difference> more) {
        boolean areEqual() {
            return different.isEmpty() && more.isEmpty();
        }

        /** Whether nothing of the first table is missing in the other one. */
        boolean otherHasAll() {
            return Stream.concat(different.keySet().stream(), more.stream()).allMatch(Difference.ADDED::equals);
        }

        private String count(Difference kind) {
            int known = different.getOrDefault(kind, List.of()).size();
            return "%,d%s".formatted(known, more.contains(kind) ? " or more" : "");
        }

        /** For operators: the counts, and the keys of a few items of each kind. */
        String text(String table, String other) {
            StringBuilder text = new StringBuilder(
                    "%s has %,d items, %s has %,d. %s only in %s, %s only or more complete in %s, %s differ.\n"
                            .formatted(
                                    table,
                                    items,
                                    other,
                                    otherItems,
                                    count(Difference.MISSING),
                                    table,
                                    count(Difference.ADDED),
                                    other,
                                    count(Difference.CHANGED)));
            if (!more.isEmpty() && !otherHasAll()) {
                text.append(
                        "Not all items that differed at first were read again: compare again when both writers have caught up.\n");
            }
            if (!areEqual() && otherHasAll()) {
                text.append(
                        "%s has all that %s has, and more, as after a loss of %s.\n".formatted(other, table, table));
            }
            different.forEach((kind, keys) -> keys.stream()
                    .limit(20)
                    .forEach(key -> text.append(kind).append(' ').append(key).append('\n')));
            return text.toString();
        }
    }

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

    /** The keys of items that differ, with a bound for each kind. */
    private final class Differences {
        private final Map<Difference, Set<Key>> keys = new EnumMap<>(Difference.class);
        private final Set<Difference> more;

        /** @param more the kinds whose bound was met before */
        Differences(Set<Difference> more) {
            this.more = more;
        }

        void add(
                Key key,
                @Nullable Map<String, AttributeValue> item,
                @Nullable Map<String, AttributeValue> counterpart) {
            Optional<Difference> difference = item == null || counterpart == null
                    ? comparison.difference(item, counterpart)
                    : comparison.difference(whole(table, item), whole(other, counterpart));
            difference.ifPresent(kind -> {
                Set<Key> known = keys.computeIfAbsent(kind, _ -> new LinkedHashSet<>());
                if (known.size() < differencesMax || known.contains(key)) {
                    known.add(key);
                } else {
                    more.add(kind);
                }
            });
        }

        List<Key> all() {
            return keys.values().stream().flatMap(Set::stream).distinct().toList();
        }

        Map<Difference, List<String>> names() {
            Map<Difference, List<String>> names = new EnumMap<>(Difference.class);
            keys.forEach((kind, found) ->
                    names.put(kind, found.stream().map(Key::toString).toList()));
            return names;
        }
    }

    /**
     * @param pause before items that differ are read again
     * @param differencesMax items of each kind of difference that are read again
     */
    TableComparison(
            DynamoDbClient dynamoDb, String table, String other, Clock clock, Duration pause, int differencesMax) {
        this.dynamoDb = dynamoDb;
        this.table = table;
        this.other = other;
        this.comparison = new ItemComparison(clock);
        this.pause = pause;
        this.differencesMax = differencesMax;
    }

    /** Reads both tables completely. Blocks. */
    Result compare() throws InterruptedException {
        Differences different = new Differences(EnumSet.noneOf(Difference.class));
        long items = scan(table, other, different);
        long otherItems = scan(other, table, different);
        for (int round = 0; round < ROUNDS && !different.keys.isEmpty(); round++) {
            Thread.sleep(pause);
            different = differing(different);
        }
        return new Result(items, otherItems, different.names(), different.more);
    }

    private long scan(String from, String to, Differences different) throws InterruptedException {
        long count = 0;
        for (var page : dynamoDb.scanPaginator(scan -> scan.tableName(from)
                .limit(KEYS_AT_ONCE)
                .filterExpression(NO_PARTS)
                .expressionAttributeNames(Attributes.names(NO_PARTS)))) {
            Map<Key, Map<String, AttributeValue>> found = compared(page.items());
            count += found.size();
            Map<Key, Map<String, AttributeValue>> counterparts = read(to, found.keySet());
            for (Key key : found.keySet()) {
                boolean first = from.equals(table);
                different.add(key, (first ? found : counterparts).get(key), (first ? counterparts : found).get(key));
            }
        }
        return count;
    }

    private Differences differing(Differences before) throws InterruptedException {
        Differences different = new Differences(before.more);
        List<Key> keys = before.all();
        for (int from = 0; from < keys.size(); from += KEYS_AT_ONCE) {
            List<Key> some = keys.subList(from, Math.min(from + KEYS_AT_ONCE, keys.size()));
            Map<Key, Map<String, AttributeValue>> one = read(table, some);
            Map<Key, Map<String, AttributeValue>> two = read(other, some);
            some.forEach(key -> different.add(key, one.get(key), two.get(key)));
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
        return compared(items);
    }

    /** An item, with its parts as the body if it is the head of a turn with parts. */
    private Map<String, AttributeValue> whole(String from, Map<String, AttributeValue> item) {
        if (!item.containsKey(Attributes.PARTS)) {
            return item;
        }
        byte[] packed = EncodedTurn.joined(TurnQueries.pieces(dynamoDb, from, item));
        Map<String, AttributeValue> whole = new HashMap<>(item);
        whole.put(Attributes.BODY, AttributeValue.fromB(SdkBytes.fromByteArrayUnsafe(packed)));
        return whole;
    }

    private Map<Key, Map<String, AttributeValue>> compared(List<Map<String, AttributeValue>> items) {
        return items.stream().filter(comparison::isCompared).collect(toMap(Key::of, Function.identity()));
    }

    /**
     * The command for operators, {@code TableComparison TABLE OTHER [ENDPOINT]}, with {@code AWS_REGION} and credentials in the
     * environment. Prints the result. Ends with status 1 if the tables differ, and with 3 if the other one has all that the first
     * one has, and more, or if there is no first one.
     */
    public static void main(String[] arguments) throws InterruptedException {
        System.exit(ConversationTable.run(
                "TableComparison TABLE OTHER",
                arguments,
                2,
                dynamoDb -> compare(dynamoDb, arguments[0], arguments[1])));
    }

    private static int compare(DynamoDbClient dynamoDb, String table, String other) throws InterruptedException {
        if (!new ConversationTable(dynamoDb, table, ConversationTable.Protection.NONE).exists()) {
            System.out.println("There is no table " + table + ", so nothing was compared.");
            return OTHER_HAS_MORE;
        }
        Result result =
                new TableComparison(dynamoDb, table, other, Clock.systemUTC(), PAUSE, DIFFERENCES_MAX).compare();
        System.out.print(result.text(table, other));
        if (result.areEqual()) {
            return 0;
        }
        return result.otherHasAll() ? OTHER_HAS_MORE : 1;
    }
}
