package dev.parley.conversations;

import static dev.parley.conversations.Attributes.number;
import static dev.parley.conversations.Attributes.required;
import static dev.parley.conversations.Attributes.text;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import dev.parley.contracts.Gzip;
import dev.parley.contracts.event.EventValue;
import dev.parley.contracts.event.Turn;
import dev.parley.contracts.event.TurnCodec;
import dev.parley.contracts.event.TurnFacts;
import dev.parley.contracts.id.ConversationId;
import dev.parley.contracts.id.GenerationId;
import dev.parley.contracts.id.TenantId;
import dev.parley.contracts.json.RawJson;
import java.io.ByteArrayOutputStream;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/**
 * A turn in the form of the table: the JSON of the event, gzipped, and split if it exceeds one item.
 *
 * <p>An item has at most 400 KB, an event up to 18 MiB. A body of one piece is in the turn's item, the <em>head</em>. More
 * pieces are in part items, which are written before the head, so a head implies that all parts are present.
 *
 * @param type the event's {@code ce_type}
 * @param eventBytes the length of the JSON, in bytes
 * @param pieces the gzipped JSON, each piece of at most {@link #PIECE_BYTES_MAX} bytes
 */
public record EncodedTurn(
        TenantId tenant,
        ConversationId conversation,
        GenerationId generation,
        String type,
        long eventBytes,
        List<SdkBytes> pieces) {
    /** The largest piece: leaves 50 KiB of an item for other attributes, and 25 such items fit into one request of 16 MB. */
    static final int PIECE_BYTES_MAX = 350 * 1024;

    /** The properties of a turn beside its facts, as of {@link TurnCodec#decode}, which parses the message. */
    @JsonIgnoreProperties(ignoreUnknown = true)
    private record Outcome(RawJson message, Optional<Turn.Failure> error) {}

    public EncodedTurn {
        pieces = List.copyOf(pieces);
    }

    /**
     * Encodes a turn.
     *
     * @param event the JSON from which {@code turn} was decoded; stored unchanged, with its unknown properties
     */
    public static EncodedTurn of(Turn turn, byte[] event) {
        TurnFacts facts = turn.facts();
        return new EncodedTurn(
                facts.tenant(),
                facts.conversation(),
                facts.generation(),
                TurnCodec.type(turn),
                event.length,
                cut(Gzip.pack(event)));
    }

    public Map<String, AttributeValue> key() {
        return key(Attributes.turnKey(generation));
    }

    /** The head: its presence means that the turn is stored completely. */
    public Map<String, AttributeValue> head(Instant storedAt, Instant expiresAt) {
        Map<String, AttributeValue> item = new HashMap<>(key());
        item.put(Attributes.GENERATION, text(generation.value()));
        item.put(Attributes.TYPE, text(type));
        item.put(Attributes.STORED_AT, text(storedAt));
        item.put(Attributes.EXPIRES_AT, number(expiresAt.getEpochSecond()));
        item.put(Attributes.EVENT_BYTES, number(eventBytes));
        item.put(Attributes.PARTS, number(partCount()));
        if (partCount() == 0) {
            item.put(Attributes.BODY, AttributeValue.fromB(pieces.getFirst()));
        }
        return item;
    }

    /** The part items, to be written before the head; none if the body is in the head. */
    public List<Map<String, AttributeValue>> parts(Instant expiresAt) {
        List<Map<String, AttributeValue>> items = new ArrayList<>();
        for (int number = 0; number < partCount(); number++) {
            Map<String, AttributeValue> item = new HashMap<>(key(Attributes.partKey(generation, number)));
            item.put(Attributes.EXPIRES_AT, number(expiresAt.getEpochSecond()));
            item.put(Attributes.BODY, AttributeValue.fromB(pieces.get(number)));
            items.add(item);
        }
        return items;
    }

    private int partCount() {
        return pieces.size() == 1 ? 0 : pieces.size();
    }

    private Map<String, AttributeValue> key(String sortKey) {
        return Attributes.key(text(Attributes.conversationKey(tenant, conversation)), sortKey);
    }

    /**
     * @param pieces the bodies of the items in their order
     * @throws IllegalStateException if the pieces do not match the head
     */
    static StoredTurn decode(Map<String, AttributeValue> head, List<SdkBytes> pieces) {
        int eventBytes = Integer.parseInt(required(head, Attributes.EVENT_BYTES).n());
        byte[] event = unpack(pieces, eventBytes);
        String type = required(head, Attributes.TYPE).s();
        TurnFacts facts = EventValue.read(type, TurnFacts.class, event);
        Outcome outcome = EventValue.read(type, Outcome.class, event);
        Instant storedAt =
                Attributes.instant(required(head, Attributes.STORED_AT).s());
        return new StoredTurn(StoredTurn.Type.of(type), facts, outcome.message(), outcome.error(), storedAt);
    }

    private static byte[] unpack(List<SdkBytes> pieces, int length) {
        return Gzip.unpack(joined(pieces), length)
                .filter(event -> event.length == length)
                .orElseThrow(() -> new IllegalStateException("a stored turn does not have the length in its head"));
    }

    static byte[] joined(List<SdkBytes> pieces) {
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        pieces.forEach(piece -> packed.writeBytes(piece.asByteArrayUnsafe()));
        return packed.toByteArray();
    }

    static List<SdkBytes> cut(byte[] bytes) {
        List<SdkBytes> pieces = new ArrayList<>();
        for (int from = 0; from < bytes.length; from += PIECE_BYTES_MAX) {
            int length = Math.min(PIECE_BYTES_MAX, bytes.length - from);
            pieces.add(SdkBytes.fromByteArray(Arrays.copyOfRange(bytes, from, from + length)));
        }
        return pieces;
    }
}
