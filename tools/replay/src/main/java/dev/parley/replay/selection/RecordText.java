package dev.parley.replay.selection;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;

/** The bytes of a record as text, where they are text. */
public final class RecordText {
    private RecordText() {}

    /** The bytes in UTF-8; empty if there are none or they are something else. */
    public static Optional<String> of(byte @Nullable [] bytes) {
        if (bytes == null) {
            return Optional.empty();
        }
        try {
            return Optional.of(UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString());
        } catch (CharacterCodingException e) {
            return Optional.empty();
        }
    }

    public static Optional<String> key(ConsumerRecord<byte[], byte[]> record) {
        return of(record.key());
    }
}
