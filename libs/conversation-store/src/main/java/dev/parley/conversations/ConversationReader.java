package dev.parley.conversations;

import static dev.parley.conversations.Attributes.text;

import dev.parley.contracts.event.ChatRequested;
import dev.parley.contracts.id.ConversationId;
import dev.parley.contracts.id.GenerationId;
import dev.parley.contracts.id.TenantId;
import dev.parley.contracts.json.Utf8;
import dev.parley.conversations.ConversationPage.Position;
import dev.parley.eventlog.deletion.Deletions;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongConsumer;
import java.util.function.Predicate;
import java.util.function.Supplier;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.QueryResponse;

/**
 * The reader of conversations. It blocks for at most the call timeout of the client per request; a page takes one request
 * per MB.
 *
 * <p>Tenants are isolated: the tenant is part of every key, and cursors do not contain it. The caller compares the owner of
 * a conversation with {@link ConversationSummary#user()}.
 *
 * <p>A conversation counts as deleted as soon as {@code deletions} has its deletion, even if the table does not show it yet.
 * Turns of later requests can be read, and continued; lists omit the conversation until the table shows the deletion.
 */
public final class ConversationReader {
    /** The largest page, in turns or conversations. */
    public static final int LIMIT_MAX = 100;

    /** The size at which a page of turns ends, in bytes of JSON; a larger turn gets a page of its own. */
    static final long PAGE_BYTES_MAX = 16L * 1024 * 1024;

    /** The same where only a summary of the turns is made. */
    private static final long HIDDEN_PAGE_BYTES_MAX = 1024 * 1024;

    /** The number of conversations that a search reads for one page, and per request. */
    static final int LOOKED_AT_MAX = 1_000;

    private static final int LOOKED_AT_ONCE = 250;

    /** The requests that look for the newest completed turn: each covers a large turn, or up to 100 small ones. */
    static final int LOOKS_MAX = 64;

    /**
     * A selection of turns of a conversation.
     *
     * @param turnsMax 1 to {@value #LIMIT_MAX}; a page of large turns has fewer
     * @param after the last generation of the page before
     */
    public record TurnPage(int turnsMax, Order order, Optional<GenerationId> after) {
        public enum Order {
            OLDEST_FIRST,
            NEWEST_FIRST
        }

        /** Throws an {@link IllegalArgumentException} if the limit is out of range. */
        public TurnPage {
            checkLimit(turnsMax);
        }

        /** The first page, oldest turn first. */
        public static TurnPage first(int turnsMax) {
            return new TurnPage(turnsMax, Order.OLDEST_FIRST, Optional.empty());
        }
    }

    private final DynamoDbClient dynamoDb;
    private final String table;
    private final Supplier<Deletions> deletions;
    private final Clock clock;

    /** A reader that asks {@code deletions} for the current deletions at each read; the supplier may block and fail. */
    public ConversationReader(DynamoDbClient dynamoDb, String table, Supplier<Deletions> deletions, Clock clock) {
        this.dynamoDb = dynamoDb;
        this.table = table;
        this.deletions = deletions;
        this.clock = clock;
    }

    /** A reader that takes deletions from the table only. */
    public ConversationReader(DynamoDbClient dynamoDb, String table, Clock clock) {
        this(dynamoDb, table, Deletions::new, clock);
    }

    /**
     * A conversation with a page of its turns. Reads are strongly consistent.
     *
     * <p>A deletion that is applied meanwhile removes turns that the page has not reached, and then its end looks like that of the
     * conversation. Such a page is read again, once for each deletion. One with a next page is not checked: there, the conversation
     * does not exist, or was created later.
     *
     * @param turnBytes gets the bytes of each turn as JSON before it is unpacked, again if it is read again, and may throw to end the
     *     reading, so that its memory is bounded
     */
    public Optional<StoredConversation> read(
            TenantId tenant, ConversationId conversation, TurnPage page, LongConsumer turnBytes) {
        Optional<Map<String, AttributeValue>> meta;
        Optional<StoredConversation> read;
        do {
            meta = meta(tenant, conversation);
            read = meta.flatMap(known -> read(known, page, turnBytes));
        } while (read.flatMap(StoredConversation::next).isEmpty()
                && meta.filter(known -> isDeletedSince(known, tenant, conversation))
                        .isPresent());
        return read;
    }

    private Optional<StoredConversation> read(Map<String, AttributeValue> meta, TurnPage page, LongConsumer turnBytes) {
        return summary(meta, turnBytes).map(summary -> {
            TurnQueries.Turns turns = turns(meta).read(page, PAGE_BYTES_MAX, turnBytes);
            return new StoredConversation(summary, turns.turns(), turns.last().map(GenerationId::value));
        });
    }

    /** Whether the table has a later deletion than an item that was read before. It is written before turns are removed. */
    private boolean isDeletedSince(Map<String, AttributeValue> meta, TenantId tenant, ConversationId conversation) {
        Instant before = Attributes.instant(meta, Attributes.DELETED_AT).orElse(Instant.MIN);
        return Attributes.instant(item(tenant, conversation), Attributes.DELETED_AT)
                .filter(before::isBefore)
                .isPresent();
    }

    /**
     * A conversation without its turns. The read is strongly consistent. Unlike {@link #read}, it does not find later turns of a
     * conversation whose deletion the table does not show yet.
     */
    public Optional<ConversationSummary> find(TenantId tenant, ConversationId conversation) {
        return meta(tenant, conversation)
                .filter(meta -> !ConversationSummary.beginsDeleted(meta))
                .map(ConversationSummary::of);
    }

    /** The summary of an item. If the beginning is deleted, the first turn after it is the beginning; empty without one. */
    private Optional<ConversationSummary> summary(Map<String, AttributeValue> meta, LongConsumer turnBytes) {
        if (!ConversationSummary.beginsDeleted(meta)) {
            return Optional.of(ConversationSummary.of(meta));
        }
        return turns(meta).read(TurnPage.first(1), PAGE_BYTES_MAX, turnBytes).turns().stream()
                .findFirst()
                .map(turn -> ConversationSummary.of(meta, turn.facts()));
    }

    /**
     * The newest completed turn of a conversation that is not deleted. Reads are strongly consistent.
     *
     * @param turnBytes gets the bytes of the turn as JSON before it is unpacked, and may throw to end the reading
     * @throws software.amazon.awssdk.core.exception.SdkException if it cannot be read, or follows too many other turns: at
     *     least {@value #LOOKS_MAX}
     */
    public Optional<StoredTurn> newestCompleted(TenantId tenant, ConversationId conversation, LongConsumer turnBytes) {
        return meta(tenant, conversation).flatMap(meta -> turns(meta).newestCompleted(LOOKS_MAX, turnBytes));
    }

    /**
     * The turn of a generation, if it is completed, in this conversation and not deleted. Reads are strongly consistent.
     *
     * @param turnBytes gets the bytes of the turn as JSON before it is unpacked, and may throw to end the reading
     */
    public Optional<StoredTurn> completed(
            TenantId tenant, ConversationId conversation, GenerationId generation, LongConsumer turnBytes) {
        return meta(tenant, conversation).flatMap(meta -> turns(meta).completed(generation, turnBytes));
    }

    /**
     * Whether the turn of a generation can be read in this conversation, or was deleted with it. Not yet if it is stored, but
     * the conversation is not shown. Reads are strongly consistent.
     */
    public boolean isRecorded(TenantId tenant, ConversationId conversation, GenerationId generation) {
        Map<String, AttributeValue> meta = item(tenant, conversation);
        return deletions.get().cover(tenant, conversation, generation)
                || ConversationSummary.isDeleted(meta, generation)
                || (ConversationSummary.isShown(meta) && turns(meta).holds(generation));
    }

    /** Whether a generation was deleted with its conversation. The read is strongly consistent. */
    public boolean isDeleted(TenantId tenant, ConversationId conversation, GenerationId generation) {
        return deletions.get().cover(tenant, conversation, generation)
                || ConversationSummary.isDeleted(item(tenant, conversation), generation);
    }

    /** Whether a deletion has removed all items that it covers. Reads are strongly consistent. */
    public boolean isErased(TenantId tenant, ConversationId conversation, Instant deletedAt) {
        Map<String, AttributeValue> meta = item(tenant, conversation);
        return Attributes.instant(meta, Attributes.DELETED_AT)
                        .filter(known -> !known.isBefore(deletedAt))
                        .isPresent()
                && dynamoDb.query(ConversationChanges.turns(tenant, conversation, deletedAt, table).toBuilder()
                                .limit(1)
                                .build())
                        .items()
                        .isEmpty();
    }

    /**
     * The summary of the turns after a deletion that has cleared the {@code META} item, although they had been stored before it;
     * empty if there are none. If the item shows the conversation, by a turn that was stored since, it may lack the beginning only:
     * the summary is then that of the first turn. Reads are strongly consistent, and queries only.
     */
    public Optional<ConversationActivity> hiddenActivity(
            TenantId tenant, ConversationId conversation, Map<String, AttributeValue> meta) {
        boolean shown = ConversationSummary.isShown(meta);
        List<ConversationActivity> pages = new ArrayList<>();
        Optional<GenerationId> after = Optional.empty();
        do {
            TurnPage next = new TurnPage(shown ? 1 : LIMIT_MAX, TurnPage.Order.OLDEST_FIRST, after);
            TurnQueries.Turns page = turns(meta).read(next, HIDDEN_PAGE_BYTES_MAX, _ -> {});
            page.turns().stream()
                    .map(turn -> ConversationActivity.of(turn.facts()))
                    .reduce(ConversationActivity::plus)
                    .ifPresent(pages::add);
            after = page.last();
        } while (after.isPresent() && !shown);
        return pages.stream().reduce(ConversationActivity::plus);
    }

    private TurnQueries turns(Map<String, AttributeValue> meta) {
        return new TurnQueries(dynamoDb, table, meta, clock.instant());
    }

    /** The item of a conversation that is shown, with its latest deletion, which the table may not show yet. */
    private Optional<Map<String, AttributeValue>> meta(TenantId tenant, ConversationId conversation) {
        Optional<Instant> deletedAt = deletions.get().deletedAt(tenant, conversation);
        return Optional.of(item(tenant, conversation))
                .filter(ConversationSummary::isShown)
                .filter(meta -> !Attributes.isExpired(meta, clock.instant()))
                .map(meta -> deletedAt
                        .map(at -> ConversationSummary.withDeletion(meta, at))
                        .orElse(meta));
    }

    private Map<String, AttributeValue> item(TenantId tenant, ConversationId conversation) {
        return dynamoDb.getItem(get -> get.tableName(table)
                        .key(Attributes.metaKey(tenant, conversation))
                        .consistentRead(true))
                .item();
    }

    /**
     * A user's conversations, last active first. Reads are eventually consistent, usually within a second; a conversation
     * that becomes active while its user pages may move to a page that was already read. A search by title reads up to
     * {@value #LOOKED_AT_MAX} conversations per page, so a page may be empty and still have a next one.
     *
     * @param conversationsMax 1 to {@value #LIMIT_MAX}; a page may have fewer although more follow
     * @param cursor {@link ConversationPage#next()} of the page before
     * @param titles the filter of a search, if there is one
     * @throws IllegalArgumentException if the limit is out of range, the cursor is malformed, or the user has more than
     *     {@value ChatRequested#USER_BYTES_MAX} bytes
     */
    public ConversationPage list(
            TenantId tenant,
            String user,
            int conversationsMax,
            Optional<String> cursor,
            Optional<Predicate<String>> titles) {
        Optional<Position> position = cursor.map(Position::parse);
        List<ConversationSummary> found = new ArrayList<>();
        checkLimit(conversationsMax);
        if (Utf8.length(user) > ChatRequested.USER_BYTES_MAX) {
            throw new IllegalArgumentException("a user has at most " + ChatRequested.USER_BYTES_MAX + " bytes");
        }
        Deletions known = deletions.get();
        int pageMax = titles.isEmpty() ? conversationsMax : LOOKED_AT_ONCE;
        for (int lookedAt = 0; lookedAt < LOOKED_AT_MAX; lookedAt += pageMax) {
            QueryResponse response = list(tenant, user, pageMax, position);
            for (int i = 0; i < response.items().size(); i++) {
                Map<String, AttributeValue> meta = response.items().get(i);
                ConversationSummary summary = ConversationSummary.of(meta);
                if (Attributes.isExpired(meta, clock.instant())
                        || known.cover(tenant, summary.id(), ConversationSummary.firstGeneration(meta))
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

    private static void checkLimit(int limit) {
        if (limit < 1 || limit > LIMIT_MAX) {
            throw new IllegalArgumentException("a limit is 1 to " + LIMIT_MAX);
        }
    }
}
