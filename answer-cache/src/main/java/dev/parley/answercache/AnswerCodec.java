package dev.parley.answercache;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Optional;
import java.util.zip.CRC32C;

/**
 * Writes and reads entries: a version byte, a CRC-32C of the rest, the key, the message, the gzipped frames; key and
 * message each after its length (four bytes, big-endian). The key within the entry makes sure that nobody gets another
 * one's answer, whatever happened to the store.
 */
public final class AnswerCodec {
    /** The longest answer that is kept, unpacked, in bytes. */
    public static final int FRAMES_BYTES_MAX = 16 * 1024 * 1024;

    private static final byte VERSION = 1;
    private static final int CHECKED_FROM = 1 + Integer.BYTES;

    private final int framesBytesMax;

    /**
     * Makes a codec.
     *
     * @param framesBytesMax the longest answer it unpacks, in bytes
     */
    public AnswerCodec(int framesBytesMax) {
        this.framesBytesMax = framesBytesMax;
    }

    public byte[] encode(AnswerKey key, Answer answer) {
        byte[] name = key.text().getBytes(UTF_8);
        byte[] entry = new byte[CHECKED_FROM + 2 * Integer.BYTES + name.length + answer.keptBytes()];
        ByteBuffer.wrap(entry)
                .put(VERSION)
                .putInt(0)
                .putInt(name.length)
                .put(name)
                .putInt(answer.message().length)
                .put(answer.message())
                .put(answer.packedFrames());
        ByteBuffer.wrap(entry).putInt(1, checksum(entry));
        return entry;
    }

    /** The answer in an entry; empty if the entry is damaged, of another version, or another key's. */
    public Optional<Answer> decode(AnswerKey key, byte[] entry) {
        if (entry.length < CHECKED_FROM || entry[0] != VERSION) {
            return Optional.empty();
        }
        try {
            ByteBuffer rest = ByteBuffer.wrap(entry).position(1);
            boolean sound = rest.getInt() == checksum(entry)
                    && Arrays.equals(take(rest), key.text().getBytes(UTF_8));
            if (!sound) {
                return Optional.empty();
            }
            byte[] message = take(rest);
            byte[] packedFrames = new byte[rest.remaining()];
            rest.get(packedFrames);
            return Answer.unpack(message, packedFrames, framesBytesMax);
        } catch (BufferUnderflowException e) {
            return Optional.empty();
        }
    }

    private static byte[] take(ByteBuffer from) {
        int length = from.getInt();
        if (length < 0 || length > from.remaining()) {
            throw new BufferUnderflowException();
        }
        byte[] taken = new byte[length];
        from.get(taken);
        return taken;
    }

    private static int checksum(byte[] entry) {
        CRC32C checksum = new CRC32C();
        checksum.update(entry, CHECKED_FROM, entry.length - CHECKED_FROM);
        return (int) checksum.getValue();
    }
}
