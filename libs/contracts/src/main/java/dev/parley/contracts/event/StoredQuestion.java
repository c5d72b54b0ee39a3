package dev.parley.contracts.event;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.parley.contracts.id.Fingerprint;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;

/**
 * A question with its vector, as a header of the turn that answers it: a version byte, then the partition, the model and the text,
 * each after its length (two bytes, big-endian), then the vector.
 *
 * @param partition as in {@link SimilarQuestion}
 * @param model names what computed the vector; vectors of different models must not be compared
 * @param vector a signed byte per dimension; not to be modified
 */
public record StoredQuestion(
        Fingerprint partition,
        String model,
        String text,
        @SuppressWarnings("ArrayRecordComponent") byte[] vector) {
    private static final byte VERSION = 1;

    public byte[] encode() {
        byte[] place = partition.value().getBytes(UTF_8);
        byte[] name = model.getBytes(UTF_8);
        byte[] words = text.getBytes(UTF_8);
        ByteBuffer bytes =
                ByteBuffer.allocate(1 + 3 * Short.BYTES + place.length + name.length + words.length + vector.length);
        bytes.put(VERSION);
        put(bytes, place);
        put(bytes, name);
        put(bytes, words);
        return bytes.put(vector).array();
    }

    private static void put(ByteBuffer into, byte[] bytes) {
        into.putShort((short) bytes.length).put(bytes);
    }

    /** The question in these bytes; throws a {@link MalformedEventException} if there is none of this version. */
    public static StoredQuestion decode(byte[] bytes) {
        ByteBuffer rest = ByteBuffer.wrap(bytes);
        try {
            if (rest.get() != VERSION) {
                throw new MalformedEventException("the question has an unknown version");
            }
            Fingerprint partition = new Fingerprint(take(rest));
            String model = take(rest);
            String text = take(rest);
            byte[] vector = new byte[rest.remaining()];
            rest.get(vector);
            return new StoredQuestion(partition, model, text, vector);
        } catch (BufferUnderflowException | IllegalArgumentException e) {
            throw new MalformedEventException("the question is unreadable", e);
        }
    }

    private static String take(ByteBuffer from) {
        byte[] bytes = new byte[Short.toUnsignedInt(from.getShort())];
        from.get(bytes);
        return new String(bytes, UTF_8);
    }
}
