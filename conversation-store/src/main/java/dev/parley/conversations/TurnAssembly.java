package dev.parley.conversations;

import static java.util.Objects.requireNonNull;

import dev.parley.contracts.id.GenerationId;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/**
 * Puts a page of turns together from items as they come, in the order of their keys: a head, then its parts.
 *
 * <p>Parts without a head belong to a turn that is being written; they are passed over, as are expired turns.
 */
final class TurnAssembly {
    private final int turnsMax;
    private final long eventBytesMax;
    private final Instant now;

    private final List<StoredTurn> turns = new ArrayList<>();
    private long eventBytes;
    private Optional<Head> open = Optional.empty();
    private boolean more;

    /**
     * Begins a page.
     *
     * @param eventBytesMax where a page ends that has at least one turn, in bytes of JSON
     */
    TurnAssembly(int turnsMax, long eventBytesMax, Instant now) {
        this.turnsMax = turnsMax;
        this.eventBytesMax = eventBytesMax;
        this.now = now;
    }

    private record Head(Map<String, AttributeValue> item, String sortKey, int parts, List<SdkBytes> pieces) {
        boolean owns(String partKey) {
            return partKey.startsWith(sortKey + '#');
        }

        boolean isWhole() {
            return pieces.size() == Math.max(parts, 1);
        }
    }

    /** Takes the next item; false if the page was full and this one belongs to the next. */
    boolean add(Map<String, AttributeValue> item) {
        return item.containsKey(Attributes.GENERATION) ? addHead(item) : addPart(item);
    }

    private boolean addHead(Map<String, AttributeValue> item) {
        finish();
        if (Long.parseLong(attribute(item, Attributes.EXPIRES_AT).n()) <= now.getEpochSecond()) {
            return true;
        }
        long bytes = Long.parseLong(attribute(item, Attributes.EVENT_BYTES).n());
        if (turns.size() == turnsMax || (!turns.isEmpty() && eventBytes + bytes > eventBytesMax)) {
            more = true;
            return false;
        }
        eventBytes += bytes;
        int parts = Integer.parseInt(attribute(item, Attributes.PARTS).n());
        Head head = new Head(item, attribute(item, Attributes.SORT_KEY).s(), parts, new ArrayList<>());
        if (parts == 0) {
            head.pieces.add(attribute(item, Attributes.BODY).b());
        }
        open = Optional.of(head);
        return true;
    }

    private boolean addPart(Map<String, AttributeValue> item) {
        String sortKey = attribute(item, Attributes.SORT_KEY).s();
        open.filter(head -> head.owns(sortKey) && !head.isWhole())
                .ifPresent(
                        head -> head.pieces.add(attribute(item, Attributes.BODY).b()));
        return true;
    }

    /** The turns, when all items are added. */
    List<StoredTurn> turns() {
        finish();
        return List.copyOf(turns);
    }

    /** The last generation of a page that has a next one. */
    Optional<GenerationId> last() {
        return more ? Optional.of(turns.getLast().generation()) : Optional.empty();
    }

    private void finish() {
        open.ifPresent(head -> {
            if (!head.isWhole()) {
                throw new IllegalStateException("a stored turn lacks parts: " + head.sortKey);
            }
            turns.add(EncodedTurn.decode(head.item, head.pieces));
        });
        open = Optional.empty();
    }

    private static AttributeValue attribute(Map<String, AttributeValue> item, String name) {
        return requireNonNull(item.get(name), name);
    }
}
