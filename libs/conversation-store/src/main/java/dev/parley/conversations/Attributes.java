package dev.parley.conversations;

import static java.util.Objects.requireNonNull;
import static java.util.stream.Collectors.toMap;

import dev.parley.contracts.id.ConversationId;
import dev.parley.contracts.id.GenerationId;
import dev.parley.contracts.id.TenantId;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.format.DateTimeParseException;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/**
 * The names and values of the table's attributes.
 *
 * <p>The components of a key are joined with {@code #}, which tenant, conversation and generation ids do not contain. A user
 * may contain any character and comes last. So different ids never make the same key.
 */
final class Attributes {
    static final String PARTITION_KEY = "pk";
    static final String SORT_KEY = "sk";

    /** The partition key of the index; only {@code META} items have it. */
    static final String USER_KEY = "user_key";

    /** The sort key of the index: when the last turn ended. */
    static final String UPDATED_AT = "updated_at";

    static final String CREATED_AT = "created_at";
    static final String CONVERSATION = "conversation";
    static final String USER = "user";
    static final String TITLE = "title";
    static final String FIRST_GENERATION = "first_generation";

    /** The title that a client gave; takes precedence over {@link #TITLE}. */
    static final String GIVEN_TITLE = "given_title";

    /** When the client gave it. */
    static final String RENAMED_AT = "renamed_at";

    /** The time of the last deletion, which deletes all generations up to then. */
    static final String DELETED_AT = "deleted_at";

    static final String GENERATION = "generation";
    static final String TYPE = "type";
    static final String STORED_AT = "stored_at";
    static final String PARTS = "parts";
    static final String EVENT_BYTES = "event_bytes";
    static final String BODY = "body";

    /** When DynamoDB may delete the item, in seconds since 1970. */
    static final String EXPIRES_AT = "expires_at";

    static final String META = "META";
    private static final String TURN = "TURN#";

    /** The smallest key after every key with a given prefix and {@code #}. */
    private static final char AFTER_SEPARATOR = '#' + 1;

    /** ISO 8601 with exactly six fractional digits, so that the text sorts by time. */
    private static final DateTimeFormatter SORTABLE =
            new DateTimeFormatterBuilder().appendInstant(6).toFormatter();

    private static final Pattern PLACEHOLDER = Pattern.compile("#\\w+");

    private Attributes() {}

    static String conversationKey(TenantId tenant, ConversationId conversation) {
        return tenant + "#" + conversation;
    }

    static Map<String, AttributeValue> metaKey(TenantId tenant, ConversationId conversation) {
        return key(text(conversationKey(tenant, conversation)), META);
    }

    static Map<String, AttributeValue> key(AttributeValue conversationKey, String sortKey) {
        return Map.of(PARTITION_KEY, conversationKey, SORT_KEY, text(sortKey));
    }

    static String userKey(TenantId tenant, String user) {
        return tenant + "#" + user;
    }

    static String turnKey(GenerationId generation) {
        return TURN + generation;
    }

    static String partKey(GenerationId generation, int number) {
        return TURN + generation + String.format(Locale.ROOT, "#PART#%04d", number);
    }

    /** The generation whose head or part has this sort key. */
    static GenerationId generation(String sortKey) {
        int end = sortKey.indexOf('#', TURN.length());
        return new GenerationId(sortKey.substring(TURN.length(), end < 0 ? sortKey.length() : end));
    }

    /** Whether a turn's sort key is that of its head. */
    static boolean isHead(String sortKey) {
        return sortKey.indexOf('#', TURN.length()) < 0;
    }

    static String beforeAllTurns() {
        return TURN;
    }

    /** The key after the turn and all its parts. */
    static String after(GenerationId generation) {
        return turnKey(generation) + AFTER_SEPARATOR;
    }

    /** The key after all turns that a deletion covers, and before all others. */
    static String afterTurnsDeletedAt(Instant deletedAt) {
        return turnKey(GenerationId.boundaryAfter(deletedAt));
    }

    static String afterAllTurns() {
        return "TURN" + AFTER_SEPARATOR;
    }

    static String sortable(Instant instant) {
        return SORTABLE.format(instant);
    }

    /** The instant of a {@link #sortable} text; throws an {@link IllegalArgumentException} for another one. */
    static Instant instant(String sortable) {
        try {
            return Instant.parse(sortable);
        } catch (DateTimeParseException e) {
            throw new IllegalArgumentException("not an instant: " + sortable, e);
        }
    }

    /** The instant of an attribute, if the item has it. */
    static Optional<Instant> instant(Map<String, AttributeValue> item, String attribute) {
        return Optional.ofNullable(item.get(attribute)).map(value -> instant(value.s()));
    }

    static AttributeValue text(String value) {
        return AttributeValue.fromS(value);
    }

    static AttributeValue text(Instant instant) {
        return text(sortable(instant));
    }

    static AttributeValue number(long value) {
        return AttributeValue.fromN(Long.toString(value));
    }

    static AttributeValue required(Map<String, AttributeValue> item, String attribute) {
        return requireNonNull(item.get(attribute), attribute);
    }

    /** Whether DynamoDB may delete an item, which it does later. */
    static boolean isExpired(Map<String, AttributeValue> item, Instant now) {
        AttributeValue end = item.get(EXPIRES_AT);
        return end != null && Long.parseLong(end.n()) <= now.getEpochSecond();
    }

    /** The attributes in an expression, by their placeholders: {@code #} and the name. */
    static Map<String, String> names(String expression) {
        return PLACEHOLDER
                .matcher(expression)
                .results()
                .map(MatchResult::group)
                .distinct()
                .collect(toMap(placeholder -> placeholder, placeholder -> placeholder.substring(1)));
    }
}
