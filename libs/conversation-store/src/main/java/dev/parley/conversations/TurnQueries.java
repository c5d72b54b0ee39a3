package dev.parley.conversations;

import static dev.parley.conversations.Attributes.required;
import static dev.parley.conversations.Attributes.text;

import dev.parley.contracts.event.TurnCodec;
import dev.parley.contracts.id.GenerationId;
import dev.parley.conversations.ConversationReader.TurnPage;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongConsumer;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.QueryRequest;
import software.amazon.awssdk.services.dynamodb.model.QueryResponse;

/** The queries for the turns of one conversation, without deleted ones. Reads are strongly consistent. */
final class TurnQueries {
    record Turns(List<StoredTurn> turns, Optional<GenerationId> last) {}

    /** The items that a request looks at for a completed turn if the newest turn is not completed. */
    private static final int LOOKED_AT_ONCE = 100;

    /**
     * The items that a request reads beyond the requested turns: bounds the bytes read for one turn, and the requests for a
     * large one.
     */
    private static final int PARTS_USUALLY_MAX = 25;

    private static final String CONDITION = "#pk = :conversation AND #sk BETWEEN :from AND :to";

    /** The attributes that tell whether an item is the head of a completed turn. */
    private static final String FACTS = "#sk, #type, #expires_at";

    private final DynamoDbClient dynamoDb;
    private final String table;
    private final AttributeValue conversationKey;
    private final String beginning;
    private final Instant now;

    /** The queries for the conversation of a {@code META} item. */
    TurnQueries(DynamoDbClient dynamoDb, String table, Map<String, AttributeValue> meta, Instant now) {
        this.dynamoDb = dynamoDb;
        this.table = table;
        this.conversationKey = required(meta, Attributes.PARTITION_KEY);
        this.beginning = Attributes.instant(meta, Attributes.DELETED_AT)
                .map(Attributes::afterTurnsDeletedAt)
                .orElse(Attributes.beforeAllTurns());
        this.now = now;
    }

    /**
     * A page of turns. Queries the heads, then the parts of each head that has some. Parts without a head belong to a turn
     * that is being written. The page ends, as the last one, at a turn that is deleted meanwhile.
     *
     * @param bytesMax the size at which a page with at least one turn ends, in bytes of JSON
     * @param turnBytes gets the bytes of each turn before its parts are read
     */
    Turns read(TurnPage page, long bytesMax, LongConsumer turnBytes) {
        boolean forward = page.order() == TurnPage.Order.OLDEST_FIRST;
        String from = page.after()
                .filter(_ -> forward)
                .map(Attributes::after)
                .filter(after -> after.compareTo(beginning) > 0)
                .orElse(beginning);
        String to = page.after().filter(_ -> !forward).map(Attributes::turnKey).orElse(Attributes.afterAllTurns());
        if (to.compareTo(from) < 0) {
            return new Turns(List.of(), Optional.empty());
        }
        QueryRequest query = between(from, to, "attribute_exists(#generation)")
                .scanIndexForward(forward)
                .limit(page.turnsMax() + PARTS_USUALLY_MAX)
                .build();
        List<StoredTurn> turns = new ArrayList<>();
        long bytes = 0;
        for (Map<String, AttributeValue> head : dynamoDb.queryPaginator(query).items()) {
            if (Attributes.isExpired(head, now) || page.after().equals(Optional.of(generation(head)))) {
                continue;
            }
            long more = bytes(head);
            bytes += more;
            if (turns.size() == page.turnsMax() || (!turns.isEmpty() && bytes > bytesMax)) {
                return new Turns(turns, Optional.of(turns.getLast().generation()));
            }
            turnBytes.accept(more);
            Optional<StoredTurn> turn = decoded(head);
            if (turn.isEmpty()) {
                break;
            }
            turns.add(turn.get());
        }
        return new Turns(turns, Optional.empty());
    }

    /**
     * The newest completed turn. Reads no bodies of other turns: a large turn, whose parts fill a request, takes one more for
     * its head, and the next request continues below it.
     *
     * @param looksMax the requests that look for the turn; each covers at least one turn, and many small ones
     * @param turnBytes gets the bytes of the turn before its parts are read
     * @throws SdkClientException if it was not found with so many requests, and may exist
     */
    Optional<StoredTurn> newestCompleted(int looksMax, LongConsumer turnBytes) {
        Map<String, AttributeValue> start = Map.of();
        for (int looks = 0; looks < looksMax; looks++) {
            QueryResponse page = dynamoDb.query(newestKeys(start, looks == 0 ? 1 : LOOKED_AT_ONCE));
            List<Map<String, AttributeValue>> heads = new ArrayList<>(page.items());
            if (page.hasLastEvaluatedKey()) {
                String last =
                        required(page.lastEvaluatedKey(), Attributes.SORT_KEY).s();
                start = key(Attributes.generation(last));
                if (!Attributes.isHead(last)) {
                    heads.add(facts(Attributes.generation(last)));
                }
            }
            Optional<GenerationId> found = heads.stream()
                    .filter(this::isCompleted)
                    .map(head -> Attributes.generation(
                            required(head, Attributes.SORT_KEY).s()))
                    .findFirst();
            if (found.isPresent() || !page.hasLastEvaluatedKey()) {
                return found.flatMap(generation -> turn(generation, turnBytes));
            }
        }
        throw SdkClientException.create("no completed turn among the newest ones, after " + looksMax + " requests");
    }

    /**
     * The turn of a generation if it is completed.
     *
     * @param turnBytes gets the bytes of the turn before its parts are read
     */
    Optional<StoredTurn> completed(GenerationId generation, LongConsumer turnBytes) {
        boolean isDeleted = Attributes.turnKey(generation).compareTo(beginning) < 0;
        return !isDeleted && isCompleted(facts(generation)) ? turn(generation, turnBytes) : Optional.empty();
    }

    /** The query for keys, types and expiry of the newest items, below those of the turn with the start key. */
    private QueryRequest newestKeys(Map<String, AttributeValue> start, int itemsMax) {
        return between(beginning, Attributes.afterAllTurns(), "")
                .projectionExpression(FACTS)
                .expressionAttributeNames(Attributes.names(CONDITION + " " + FACTS))
                .scanIndexForward(false)
                .limit(itemsMax)
                .exclusiveStartKey(start.isEmpty() ? null : start)
                .build();
    }

    /** The head of a turn without its body; empty while the turn is being written. */
    private Map<String, AttributeValue> facts(GenerationId generation) {
        return dynamoDb.getItem(get -> get.tableName(table)
                        .key(key(generation))
                        .projectionExpression(FACTS)
                        .expressionAttributeNames(Attributes.names(FACTS))
                        .consistentRead(true))
                .item();
    }

    private boolean isCompleted(Map<String, AttributeValue> item) {
        return text(TurnCodec.CHAT_COMPLETED).equals(item.get(Attributes.TYPE)) && !Attributes.isExpired(item, now);
    }

    /** A turn with its parts; empty if it has been deleted meanwhile. */
    private Optional<StoredTurn> turn(GenerationId generation, LongConsumer turnBytes) {
        return Optional.of(item(key(generation)))
                .filter(head -> !head.isEmpty())
                .flatMap(head -> {
                    turnBytes.accept(bytes(head));
                    return decoded(head);
                });
    }

    private Map<String, AttributeValue> item(Map<String, AttributeValue> key) {
        return dynamoDb.getItem(get -> get.tableName(table).key(key).consistentRead(true))
                .item();
    }

    private static long bytes(Map<String, AttributeValue> head) {
        return Long.parseLong(required(head, Attributes.EVENT_BYTES).n());
    }

    boolean holds(GenerationId generation) {
        return !facts(generation).isEmpty();
    }

    private Map<String, AttributeValue> key(GenerationId generation) {
        return Attributes.key(conversationKey, Attributes.turnKey(generation));
    }

    /** The turn of a head; empty if a deletion has removed parts of it since the head was read. */
    private Optional<StoredTurn> decoded(Map<String, AttributeValue> head) {
        List<SdkBytes> pieces = pieces(dynamoDb, table, head);
        if (pieces.size() < parts(head) && isDeleted(generation(head))) {
            return Optional.empty();
        }
        return Optional.of(EncodedTurn.decode(head, pieces));
    }

    /**
     * Whether the {@code META} item has the deletion now. It is written before the deletion removes turns. A query, because the
     * policy of persistence-worker does not allow {@code GetItem}.
     */
    private boolean isDeleted(GenerationId generation) {
        return dynamoDb.query(between(Attributes.META, Attributes.META, "").build()).items().stream()
                .anyMatch(meta -> ConversationSummary.isDeleted(meta, generation));
    }

    private static int parts(Map<String, AttributeValue> head) {
        return Integer.parseInt(required(head, Attributes.PARTS).n());
    }

    private static GenerationId generation(Map<String, AttributeValue> head) {
        return new GenerationId(required(head, Attributes.GENERATION).s());
    }

    /** The bodies of the items of a turn in their order; of a part that is missing, none. */
    static List<SdkBytes> pieces(DynamoDbClient dynamoDb, String table, Map<String, AttributeValue> head) {
        if (parts(head) == 0) {
            return List.of(required(head, Attributes.BODY).b());
        }
        GenerationId generation = generation(head);
        AttributeValue conversationKey = required(head, Attributes.PARTITION_KEY);
        String first = Attributes.partKey(generation, 0);
        QueryRequest parts = between(table, conversationKey, first, Attributes.after(generation), "")
                .build();
        return dynamoDb.queryPaginator(parts).items().stream()
                .map(part -> required(part, Attributes.BODY).b())
                .toList();
    }

    private QueryRequest.Builder between(String from, String to, String filter) {
        return between(table, conversationKey, from, to, filter);
    }

    /**
     * A consistent query for the items of a conversation between two sort keys, both included.
     *
     * @param filter without values; empty for all items
     */
    static QueryRequest.Builder between(
            String table, AttributeValue conversationKey, String from, String to, String filter) {
        return QueryRequest.builder()
                .tableName(table)
                .consistentRead(true)
                .keyConditionExpression(CONDITION)
                .filterExpression(filter.isEmpty() ? null : filter)
                .expressionAttributeNames(Attributes.names(CONDITION + " " + filter))
                .expressionAttributeValues(
                        Map.of(":conversation", conversationKey, ":from", text(from), ":to", text(to)));
    }
}
