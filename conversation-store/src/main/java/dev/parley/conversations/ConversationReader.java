package dev.parley.conversations;

import static dev.parley.conversations.Attributes.text;
import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;

import dev.parley.contracts.id.ConversationId;
import dev.parley.contracts.id.GenerationId;
import dev.parley.contracts.id.TenantId;
import java.time.Clock;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.QueryRequest;
import software.amazon.awssdk.services.dynamodb.model.QueryResponse;

/**
 * Reads conversations back. Blocks, for at most the client's call timeout a request; a page takes a request for each MB.
 *
 * <p>A tenant sees nothing of another: the tenant is part of every key, and cursors hold none. Whether a conversation is
 * the caller's own is for the caller to compare with {@link ConversationSummary#user()}.
 */
public final class ConversationReader {
    /** Largest page, in turns or conversations. */
    public static final int LIMIT_MAX = 100;

    /** Where a page of turns ends, in bytes of JSON; a larger turn has a page to itself. */
    static final long PAGE_BYTES_MAX = 16L * 1024 * 1024;

    private final DynamoDbClient dynamoDb;
    private final String table;
    private final Clock clock;

    public ConversationReader(DynamoDbClient dynamoDb, String table, Clock clock) {
        this.dynamoDb = dynamoDb;
        this.table = table;
        this.clock = clock;
    }

    /** The first page of {@link #read(TenantId, ConversationId, int, String)}. */
    public Optional<StoredConversation> read(TenantId tenant, ConversationId conversation, int turnsMax) {
        return readFrom(Attributes.beforeAllTurns(), tenant, conversation, turnsMax);
    }

    /**
     * A conversation with some of its turns, oldest first. Reads are consistent: what was written is seen.
     *
     * @param turnsMax 1 to {@value #LIMIT_MAX}; fewer come when they are large
     * @param cursor {@link StoredConversation#next()} of the page before
     * @throws IllegalArgumentException if the limit or the cursor is none
     */
    public Optional<StoredConversation> read(
            TenantId tenant, ConversationId conversation, int turnsMax, String cursor) {
        return readFrom(Attributes.after(new GenerationId(cursor)), tenant, conversation, turnsMax);
    }

    private Optional<StoredConversation> readFrom(
            String sortKey, TenantId tenant, ConversationId conversation, int turnsMax) {
        TurnAssembly assembly = new TurnAssembly(checked(turnsMax), PAGE_BYTES_MAX, clock.instant());
        AttributeValue key = text(Attributes.conversationKey(tenant, conversation));
        Map<String, AttributeValue> meta = dynamoDb.getItem(get -> get.tableName(table)
                        .key(Map.of(Attributes.PARTITION_KEY, key, Attributes.SORT_KEY, text(Attributes.META)))
                        .consistentRead(true))
                .item();
        if (meta.isEmpty() || isExpired(meta)) {
            return Optional.empty();
        }
        for (Map<String, AttributeValue> item :
                dynamoDb.queryPaginator(turns(key, sortKey)).items()) {
            if (!assembly.add(item)) {
                break;
            }
        }
        return Optional.of(new StoredConversation(
                ConversationSummary.of(meta), assembly.turns(), assembly.last().map(GenerationId::value)));
    }

    private QueryRequest turns(AttributeValue conversationKey, String from) {
        return QueryRequest.builder()
                .tableName(table)
                .consistentRead(true)
                .keyConditionExpression("#pk = :conversation AND #sk BETWEEN :from AND :to")
                .expressionAttributeNames(Map.of("#pk", Attributes.PARTITION_KEY, "#sk", Attributes.SORT_KEY))
                .expressionAttributeValues(Map.of(
                        ":conversation", conversationKey,
                        ":from", text(from),
                        ":to", text(Attributes.afterAllTurns())))
                .build();
    }

    /** The first page of {@link #list(TenantId, String, int, String)}. */
    public ConversationPage list(TenantId tenant, String user, int conversationsMax) {
        return list(tenant, user, conversationsMax, Optional.empty());
    }

    /**
     * A user's conversations, last active first. Reads are eventually consistent, usually within a second; a conversation
     * that is active while its user pages may move to a page that was already read.
     *
     * @param conversationsMax 1 to {@value #LIMIT_MAX}; fewer may come although there are more
     * @param cursor {@link ConversationPage#next()} of the page before
     * @throws IllegalArgumentException if the limit or the cursor is none
     */
    public ConversationPage list(TenantId tenant, String user, int conversationsMax, String cursor) {
        return list(tenant, user, conversationsMax, Optional.of(Position.parse(cursor)));
    }

    private ConversationPage list(TenantId tenant, String user, int conversationsMax, Optional<Position> after) {
        String userKey = Attributes.userKey(tenant, user);
        QueryResponse response = dynamoDb.query(query -> query.tableName(table)
                .indexName(ConversationTable.BY_USER)
                .keyConditionExpression("#user_key = :user_key")
                .expressionAttributeNames(Map.of("#user_key", Attributes.USER_KEY))
                .expressionAttributeValues(Map.of(":user_key", text(userKey)))
                .scanIndexForward(false)
                .limit(checked(conversationsMax))
                .exclusiveStartKey(
                        after.map(position -> position.key(tenant, userKey)).orElse(null)));
        List<ConversationSummary> found = response.items().stream()
                .filter(meta -> !isExpired(meta))
                .map(ConversationSummary::of)
                .toList();
        Optional<String> next = response.hasLastEvaluatedKey()
                ? Optional.of(Position.of(response.lastEvaluatedKey(), tenant).cursor())
                : Optional.empty();
        return new ConversationPage(found, next);
    }

    private boolean isExpired(Map<String, AttributeValue> meta) {
        AttributeValue expiresAt = requireNonNull(meta.get(Attributes.EXPIRES_AT), Attributes.EXPIRES_AT);
        return Long.parseLong(expiresAt.n()) <= clock.instant().getEpochSecond();
    }

    private static int checked(int limit) {
        if (limit < 1 || limit > LIMIT_MAX) {
            throw new IllegalArgumentException("a limit is 1 to " + LIMIT_MAX);
        }
        return limit;
    }

    /** Where a page of conversations ended. Holds neither tenant nor user, so that it opens no other's list. */
    private record Position(String updatedAt, ConversationId conversation) {
        private static final char SEPARATOR = '#';

        static Position of(Map<String, AttributeValue> key, TenantId tenant) {
            String conversationKey =
                    requireNonNull(key.get(Attributes.PARTITION_KEY)).s();
            return new Position(
                    requireNonNull(key.get(Attributes.UPDATED_AT)).s(),
                    new ConversationId(conversationKey.substring(tenant.value().length() + 1)));
        }

        static Position parse(String cursor) {
            String text = new String(Base64.getUrlDecoder().decode(cursor), UTF_8);
            int separator = text.indexOf(SEPARATOR);
            if (separator < 0) {
                throw new IllegalArgumentException("not a cursor");
            }
            String updatedAt = text.substring(0, separator);
            if (!Attributes.sortable(Attributes.instant(updatedAt)).equals(updatedAt)) {
                throw new IllegalArgumentException("not a cursor");
            }
            return new Position(updatedAt, new ConversationId(text.substring(separator + 1)));
        }

        String cursor() {
            String text = updatedAt + SEPARATOR + conversation;
            return Base64.getUrlEncoder().withoutPadding().encodeToString(text.getBytes(UTF_8));
        }

        Map<String, AttributeValue> key(TenantId tenant, String userKey) {
            return Map.of(
                    Attributes.PARTITION_KEY, text(Attributes.conversationKey(tenant, conversation)),
                    Attributes.SORT_KEY, text(Attributes.META),
                    Attributes.USER_KEY, text(userKey),
                    Attributes.UPDATED_AT, text(updatedAt));
        }
    }
}
