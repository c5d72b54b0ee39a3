package dev.parley.persistence.kafka;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.parley.contracts.event.CloudEvent;
import dev.parley.contracts.event.EventHeaders;
import dev.parley.contracts.event.MalformedEventException;
import dev.parley.contracts.event.Turn;
import dev.parley.persistence.turn.ArrivedTurn;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** Validates the turn of a record, and prepares it for the table. */
final class TurnReader {
    /** The user is part of an index key, which DynamoDB limits to 2,048 bytes. */
    private static final int USER_BYTES_MAX = 1024;

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
        if (turn.activity().user().getBytes(UTF_8).length > USER_BYTES_MAX) {
            throw new MalformedEventException("the user has more than " + USER_BYTES_MAX + " bytes");
        }
    }
}
