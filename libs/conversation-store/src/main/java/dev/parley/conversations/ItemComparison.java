package dev.parley.conversations;

import static dev.parley.conversations.Attributes.required;
import static java.util.stream.Collectors.toSet;

import dev.parley.contracts.Gzip;
import java.time.Clock;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/**
 * The comparison of a conversation, or of a turn, with that of the same key in another table that is written from the same log. The
 * time of storage is not compared; nor is what a conversation has of a turn or change older than the retention, which is not on the
 * log any more, or is skipped. Of a turn, the JSON is compared: its gzipped bytes depend on the version of zlib that wrote them, and
 * so does the number of parts.
 */
final class ItemComparison {
    /** How the items of two tables with the same key differ. */
    enum Difference {
        /** Only the first table has the item. */
        MISSING,
        /** Both have it, with other contents. */
        CHANGED,
        /** Only the other table has the item, or it has more events of the conversation. */
        ADDED
    }

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

    /** The attributes that every turn of a conversation determines. */
    private static final Set<String> OF_TURNS =
            Set.of(Attributes.CONVERSATION, Attributes.UPDATED_AT, Attributes.EXPIRES_AT);

    private final Clock clock;

    ItemComparison(Clock clock) {
        this.clock = clock;
    }

    /**
     * How two items differ, each null if its table does not have it; empty if they do not. Turns with parts are compared with all
     * pieces in the body of the head.
     */
    Optional<Difference> difference(
            @Nullable Map<String, AttributeValue> item, @Nullable Map<String, AttributeValue> other) {
        if (item == null) {
            return other == null ? Optional.empty() : Optional.of(Difference.ADDED);
        } else if (other == null) {
            return Optional.of(Difference.MISSING);
        }
        Set<String> left = new HashSet<>(forgotten(item));
        left.addAll(forgotten(other));
        left.addAll(Set.of(Attributes.STORED_AT, Attributes.PARTS));
        Map<String, AttributeValue> one = without(left, unpacked(item));
        Map<String, AttributeValue> two = without(left, unpacked(other));
        if (one.equals(two)) {
            return Optional.empty();
        }
        return Optional.of(hasMoreEvents(two, one) ? Difference.ADDED : Difference.CHANGED);
    }

    /** A turn with its JSON as the body, or with the body as it is if that cannot be unpacked. */
    private static Map<String, AttributeValue> unpacked(Map<String, AttributeValue> item) {
        if (!item.containsKey(Attributes.BODY)) {
            return item;
        }
        byte[] packed = required(item, Attributes.BODY).b().asByteArrayUnsafe();
        int eventBytes = Integer.parseInt(required(item, Attributes.EVENT_BYTES).n());
        byte[] event = Gzip.unpack(packed, eventBytes).orElse(packed);
        Map<String, AttributeValue> unpacked = new HashMap<>(item);
        unpacked.put(Attributes.BODY, AttributeValue.fromB(SdkBytes.fromByteArrayUnsafe(event)));
        return unpacked;
    }

    /**
     * Whether a conversation is another one with an earlier beginning or a later end, or with a title or a deletion that the other
     * lacks.
     */
    private static boolean hasMoreEvents(Map<String, AttributeValue> item, Map<String, AttributeValue> other) {
        Set<String> added = new HashSet<>();
        BY_ORIGIN.forEach((origin, attributes) -> {
            if (isEarlier(origin, item, other)) {
                added.addAll(attributes);
            }
        });
        if (endsLater(item, other)) {
            added.addAll(OF_TURNS);
        }
        return without(added, item).equals(without(added, other));
    }

    /** Whether the other item lacks an event of this kind, and not because of a deletion. */
    private static boolean isEarlier(
            String origin, Map<String, AttributeValue> item, Map<String, AttributeValue> other) {
        Optional<Instant> known = Attributes.instant(other, origin);
        Optional<Instant> deletedAt = Attributes.instant(other, Attributes.DELETED_AT);
        return Attributes.instant(item, origin)
                .filter(at -> known.isEmpty() || (origin.equals(Attributes.CREATED_AT) && at.isBefore(known.get())))
                .filter(at -> deletedAt.isEmpty() || at.isAfter(deletedAt.get()))
                .isPresent();
    }

    /** Whether the other item lacks the last turn, or all turns. */
    private static boolean endsLater(Map<String, AttributeValue> item, Map<String, AttributeValue> other) {
        Optional<Instant> known = Attributes.instant(other, Attributes.UPDATED_AT);
        return Attributes.instant(item, Attributes.UPDATED_AT)
                .filter(at -> known.isEmpty() || at.isAfter(known.get()))
                .isPresent();
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

    /** Whether an item has not expired. A deleted conversation is kept for longer than the deletion on the log. */
    boolean isCompared(Map<String, AttributeValue> item) {
        boolean deleted = item.containsKey(Attributes.DELETED_AT) && !ConversationSummary.isShown(item);
        return !Attributes.isExpired(
                item, deleted ? clock.instant().plus(ConversationChanges.LATE_TURNS) : clock.instant());
    }

    private static Map<String, AttributeValue> without(Set<String> attributes, Map<String, AttributeValue> item) {
        Map<String, AttributeValue> compared = new HashMap<>(item);
        compared.keySet().removeAll(attributes);
        return compared;
    }
}
