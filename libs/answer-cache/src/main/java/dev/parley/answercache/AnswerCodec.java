package dev.parley.answercache;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.parley.contracts.id.ConversationId;
import dev.parley.contracts.id.GenerationId;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Optional;
import java.util.zip.CRC32C;

/**
 * Encodes entries: a version byte, a CRC-32C of the rest, the key, the conversation and the generation of the origin, the
 * message, the gzipped frames; all but the last preceded by their lengths (four bytes, big-endian). The key in the entry ensures
 * that a damaged store cannot return the answer of another tenant.
 */
public final class AnswerCodec {
    private static final byte VERSION = 2;
    private static final int CHECKED_FROM = 1 + Integer.BYTES;

    private AnswerCodec() {}

    public static byte[] encode(AnswerKey key, Origin origin, CachedAnswer answer) {
        byte[] name = key.redisKey().getBytes(UTF_8);
        byte[] conversation = origin.conversation().value().getBytes(UTF_8);
        byte[] generation = origin.generation().value().getBytes(UTF_8);
        int names = name.length + conversation.length + generation.length;
        byte[] entry = new byte[CHECKED_FROM + 4 * Integer.BYTES + names + answer.keptBytes()];
        ByteBuffer rest = ByteBuffer.wrap(entry).put(VERSION).putInt(0);
        put(rest, name);
        put(rest, conversation);
        put(rest, generation);
        put(rest, answer.message());
        rest.put(answer.gzippedFrames());
        ByteBuffer.wrap(entry).putInt(1, checksum(entry));
        return entry;
    }

    private static void put(ByteBuffer into, byte[] bytes) {
        into.putInt(bytes.length).put(bytes);
    }

    /** The content of an entry; empty if it is damaged, of another version, or of another key. */
    public static Optional<CacheEntry> decode(AnswerKey key, byte[] entry) {
        if (entry.length < CHECKED_FROM || entry[0] != VERSION) {
            return Optional.empty();
        }
        try {
            ByteBuffer rest = ByteBuffer.wrap(entry).position(1);
            boolean sound = rest.getInt() == checksum(entry)
                    && Arrays.equals(take(rest), key.redisKey().getBytes(UTF_8));
            if (!sound) {
                return Optional.empty();
            }
            Origin origin = new Origin(
                    new ConversationId(new String(take(rest), UTF_8)), new GenerationId(new String(take(rest), UTF_8)));
            byte[] message = take(rest);
            byte[] gzippedFrames = new byte[rest.remaining()];
            rest.get(gzippedFrames);
            return Optional.of(new CacheEntry(origin, new CachedAnswer(message, gzippedFrames)));
        } catch (BufferUnderflowException | IllegalArgumentException e) {
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
