package dev.parley.persistence.kafka;

import dev.parley.contracts.event.CloudEvent;
import dev.parley.contracts.event.EventHeaders;
import dev.parley.contracts.event.MalformedEventException;
import dev.parley.contracts.event.Turn;
import dev.parley.contracts.json.Utf8;
import dev.parley.conversations.ConversationActivity;
import dev.parley.persistence.turn.ArrivedTurn;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** Validates the turn of a record, and prepares it for the table. */
final class TurnReader {
    private TurnReader() {}

    /** The turn that was decoded from a record; a {@link MalformedEventException} has none of its text. */
    static ArrivedTurn read(Turn turn, ConsumerRecord<byte[], byte[]> encoded) {
        EventHeaders headers = new EventHeaders(encoded.headers());
        return MalformedEventException.orMalformed("the turn cannot be stored", () -> {
            ArrivedTurn arrived = ArrivedTurn.of(
                    turn,
                    encoded.value(),
                    headers.find(CloudEvent.TRACEPARENT).orElse(turn.facts().traceparent()));
            check(arrived, headers);
            return arrived;
        });
    }

    private static void check(ArrivedTurn turn, EventHeaders headers) {
        if (!turn.generation().value().equals(headers.require(CloudEvent.GENERATION))) {
            throw new MalformedEventException("header and value name different generations");
        }
        if (!turn.encoded().tenant().value().equals(headers.require(CloudEvent.TENANT))) {
            throw new MalformedEventException("header and value name different tenants");
        }
        if (Utf8.length(turn.activity().user()) > ConversationActivity.USER_BYTES_MAX) {
            throw new MalformedEventException(
                    "the user has more than " + ConversationActivity.USER_BYTES_MAX + " bytes");
        }
    }
}
