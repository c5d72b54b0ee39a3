package dev.parley.contracts.id;

import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Instant;

/**
 * Time-ordered UUIDs (RFC 9562, version 7).
 *
 * <p>48 bits of milliseconds, then 74 bits of which the first 12 carry a number and the others are from a
 * {@link SecureRandom}: sortable, and not guessable.
 */
final class Uuid7 {
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final int CARRIED_MAX = 0xFFF;

    private Uuid7() {}

    /** One that carries any number. */
    static byte[] next(Clock clock) {
        return next(clock, RANDOM.nextInt(CARRIED_MAX + 1));
    }

    /**
     * A new one.
     *
     * @param carried from 0 to 4095
     */
    static byte[] next(Clock clock, int carried) {
        if (carried < 0 || carried > CARRIED_MAX) {
            throw new IllegalArgumentException("a UUID carries a number from 0 to " + CARRIED_MAX + ", not " + carried);
        }
        byte[] bytes = new byte[16];
        RANDOM.nextBytes(bytes);
        long millis = clock.millis();
        for (int i = 0; i < 6; i++) {
            bytes[i] = (byte) (millis >>> (40 - 8 * i));
        }
        bytes[6] = (byte) (0x70 | carried >>> 8);
        bytes[7] = (byte) carried;
        bytes[8] = (byte) (0x80 | (bytes[8] & 0x3F));
        return bytes;
    }

    /** When it was made, to the millisecond. */
    static Instant time(byte[] uuid) {
        return Instant.ofEpochMilli(ByteBuffer.wrap(uuid).getLong() >>> 16);
    }

    /** The number it carries. */
    static int carried(byte[] uuid) {
        return ByteBuffer.wrap(uuid).getShort(6) & CARRIED_MAX;
    }
}
