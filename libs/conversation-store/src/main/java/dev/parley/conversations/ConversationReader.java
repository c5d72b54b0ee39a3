package dev.parley.conversations;

import static dev.parley.conversations.Attributes.text;
import static java.util.Objects.requireNonNull;

import dev.parley.contracts.id.ConversationId;
import dev.parley.contracts.id.GenerationId;
import dev.parley.contracts.id.TenantId;
import dev.parley.conversations.ConversationChanges.Deletion;
import dev.parley.conversations.ConversationPage.Position;
import dev.parley.eventlog.deletion.Deletions;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.function.Supplier;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.QueryResponse;

/**
 * Reads conversations back. Blocks, for at most the client's call timeout a request; a page takes a request for each MB.
 *
 * <p>A tenant sees nothing of another: the tenant is part of every key, and cursors hold none. Whether a conversation is
 * the caller's own is for the caller to compare with {@link ConversationSummary#user()}.
 *
 * <p>A conversation is not there if it was deleted and the table does not show that yet: what is asked in it later follows.
 */
public final class ConversationReader {
    /** Largest page, in turns or conversations. */
    public static final int LIMIT_MAX = 100;

    /** Where a page of turns ends, in bytes of JSON; a larger turn has a page to itself. */
    static final long PAGE_BYTES_MAX = 16L * 1024 * 1024;

    /** How many conversations a search looks at for one page, and by how many it asks for them. */
    static final int LOOKED_AT_MAX = 1_000;

    private static final int LOOKED_AT_ONCE = 250;

    /**
     * Which turns of a conversation are wanted.
     *
     * @param turnsMax 1 to {@value #LIMIT_MAX}; fewer come when they are large
     * @param after the generation that the page before ended with
     */
    public record TurnPage(int turnsMax, Order order, Optional<GenerationId> after) {
        /** In which order turns come. */
        public enum Order {
            OLDEST_FIRST,
            NEWEST_FIRST
        }

        /**
         * Checks the limit.
         *
         * @throws IllegalArgumentException if it is none
         */
        public TurnPage {
            checked(turnsMax);
        }
    }

    private final DynamoDbClient dynamoDb;
    private final String table;
    private final Supplier<Deletions> deletions;
    private final Clock clock;

    /** A reader that is told the deletions as of the moment of asking; that may block, and fail. */
    public ConversationReader(DynamoDbClient dynamoDb, String table, Supplier<Deletions> deletions, Clock clock) {
        this.dynamoDb = dynamoDb;
        this.table = table;
        this.deletions = deletions;
        this.clock = clock;
    }

    /** A reader that believes the table. */
    public ConversationReader(DynamoDbClient dynamoDb, String table, Clock clock) {
        this(dynamoDb, table, Deletions::new, clock);
    }

    /** The first page of {@link #read(TenantId, ConversationId, TurnPage)}, oldest turn first. */
    public Optional<StoredConversation> read(TenantId tenant, ConversationId conversation, int turnsMax) {
        return read(tenant, conversation, new TurnPage(turnsMax, TurnPage.Order.OLDEST_FIRST, Optional.empty()));
    }

    /**
     * The next page.
     *
     * @param cursor {@link StoredConversation#next()} of the page before
     * @throws IllegalArgumentException if the limit or the cursor is none
     */
    public Optional<StoredConversation> read(
            TenantId tenant, ConversationId conversation, int turnsMax, String cursor) {
        Optional<GenerationId> after = Optional.of(new GenerationId(cursor));
        return read(tenant, conversation, new TurnPage(turnsMax, TurnPage.Order.OLDEST_FIRST, after));
    }

    /** A conversation with some of its turns. Reads are consistent: what was written is seen. */
    public Optional<StoredConversation> read(TenantId tenant, ConversationId conversation, TurnPage page) {
        return meta(tenant, conversation).map(meta -> {
            TurnQueries.Turns turns = turns(meta).read(page, PAGE_BYTES_MAX);
            return new StoredConversation(
                    ConversationSummary.of(meta), turns.turns(), turns.last().map(GenerationId::value));
        });
    }

    /** A conversation without its turns. The read is consistent. */
    public Optional<ConversationSummary> find(TenantId tenant, ConversationId conversation) {
        return meta(tenant, conversation).map(ConversationSummary::of);
    }

    /** The newest turn that was completed, of a conversation that is there. Reads are consistent. */
    public Optional<StoredTurn> newestCompleted(TenantId tenant, ConversationId conversation) {
        return meta(tenant, conversation).flatMap(meta -> turns(meta).newestCompleted());
    }

    /** Whether the turn of a generation is stored in this conversation, or was deleted with it. Reads are consistent. */
    public boolean isRecorded(TenantId tenant, ConversationId conversation, GenerationId generation) {
        Map<String, AttributeValue> meta = item(tenant, conversation);
        return deletions.get().cover(tenant, conversation, generation)
                || ConversationSummary.isDeleted(meta, generation)
                || (!meta.isEmpty() && turns(meta).holds(generation));
    }

    /** Whether a generation was deleted with its conversation. The read is consistent. */
    public boolean isDeleted(TenantId tenant, ConversationId conversation, GenerationId generation) {
        return deletions.get().cover(tenant, conversation, generation)
                || ConversationSummary.isDeleted(item(tenant, conversation), generation);
    }

    /** Whether a deletion has been carried out and nothing that it covers is left. Reads are consistent. */
    public boolean isErased(TenantId tenant, ConversationId conversation, Instant deletedAt) {
        Map<String, AttributeValue> meta = item(tenant, conversation);
        return Attributes.instant(meta, Attributes.DELETED_AT)
                        .filter(known -> !known.isBefore(deletedAt))
                        .isPresent()
                && dynamoDb.query(new Deletion(tenant, conversation, deletedAt)
                                .turns(table, meta).toBuilder().limit(1).build())
                        .items()
                        .isEmpty();
    }

    private TurnQueries turns(Map<String, AttributeValue> meta) {
        return new TurnQueries(dynamoDb, table, meta, clock.instant());
    }

    private Optional<Map<String, AttributeValue>> meta(TenantId tenant, ConversationId conversation) {
        Deletions known = deletions.get();
        return Optional.of(item(tenant, conversation))
                .filter(ConversationSummary::isShown)
                .filter(meta -> !isExpired(meta)
                        && !ConversationSummary.isOutdated(meta, known.deletedAt(tenant, conversation)));
    }

    private Map<String, AttributeValue> item(TenantId tenant, ConversationId conversation) {
        return dynamoDb.getItem(get -> get.tableName(table)
                        .key(Attributes.metaKey(tenant, conversation))
                        .consistentRead(true))
                .item();
    }

    /** The first page of {@link #list(TenantId, String, int, Optional, Optional)}, of all conversations. */
    public ConversationPage list(TenantId tenant, String user, int conversationsMax) {
        return list(tenant, user, conversationsMax, Optional.empty(), Optional.empty());
    }

    /** The next page of all conversations. */
    public ConversationPage list(TenantId tenant, String user, int conversationsMax, String cursor) {
        return list(tenant, user, conversationsMax, Optional.of(cursor), Optional.empty());
    }

    /**
     * A user's conversations, last active first. Reads are eventually consistent, usually within a second; a conversation
     * that is active while its user pages may move to a page that was already read. A search by titles looks at up to
     * {@value #LOOKED_AT_MAX} conversations for a page, which may then be empty and still have a next one.
     *
     * @param conversationsMax 1 to {@value #LIMIT_MAX}; fewer may come although there are more
     * @param cursor {@link ConversationPage#next()} of the page before
     * @param titles which titles are wanted, if not all
     * @throws IllegalArgumentException if the limit or the cursor is none
     */
    public ConversationPage list(
            TenantId tenant,
            String user,
            int conversationsMax,
            Optional<String> cursor,
            Optional<Predicate<String>> titles) {
        Optional<Position> position = cursor.map(Position::parse);
        List<ConversationSummary> found = new ArrayList<>();
        checked(conversationsMax);
        Deletions known = deletions.get();
        int pageMax = titles.isEmpty() ? conversationsMax : LOOKED_AT_ONCE;
        for (int lookedAt = 0; lookedAt < LOOKED_AT_MAX; lookedAt += pageMax) {
            QueryResponse response = list(tenant, user, pageMax, position);
            for (int i = 0; i < response.items().size(); i++) {
                Map<String, AttributeValue> meta = response.items().get(i);
                ConversationSummary summary = ConversationSummary.of(meta);
                if (isExpired(meta)
                        || ConversationSummary.isOutdated(meta, known.deletedAt(tenant, summary.id()))
                        || !titles.orElse(_ -> true).test(summary.title())) {
                    continue;
                }
                found.add(summary);
                boolean last = i == response.items().size() - 1;
                if (found.size() == conversationsMax && !last) {
                    return page(found, Optional.of(Position.of(meta, tenant)));
                }
            }
            position = response.hasLastEvaluatedKey()
                    ? Optional.of(Position.of(response.lastEvaluatedKey(), tenant))
                    : Optional.empty();
            if (position.isEmpty() || titles.isEmpty() || found.size() == conversationsMax) {
                break;
            }
        }
        return page(found, position);
    }

    private static ConversationPage page(List<ConversationSummary> found, Optional<Position> last) {
        return new ConversationPage(found, last.map(Position::cursor));
    }

    private QueryResponse list(TenantId tenant, String user, int itemsMax, Optional<Position> after) {
        String userKey = Attributes.userKey(tenant, user);
        return dynamoDb.query(query -> query.tableName(table)
                .indexName(ConversationTable.BY_USER)
                .keyConditionExpression("#user_key = :user_key")
                .expressionAttributeNames(Map.of("#user_key", Attributes.USER_KEY))
                .expressionAttributeValues(Map.of(":user_key", text(userKey)))
                .scanIndexForward(false)
                .limit(itemsMax)
                .exclusiveStartKey(
                        after.map(position -> position.key(tenant, userKey)).orElse(null)));
    }

    private boolean isExpired(Map<String, AttributeValue> meta) {
        AttributeValue expiresAt = requireNonNull(meta.get(Attributes.EXPIRES_AT), Attributes.EXPIRES_AT);
        return Long.parseLong(expiresAt.n()) <= clock.instant().getEpochSecond();
    }

    static int checked(int limit) {
        if (limit < 1 || limit > LIMIT_MAX) {
            throw new IllegalArgumentException("a limit is 1 to " + LIMIT_MAX);
        }
        return limit;
    }
}
