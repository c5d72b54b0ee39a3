package dev.parley.contracts.id;

import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Instant;

/**
 * Time-ordered UUIDs (RFC 9562, version 7): 48 bits of milliseconds, then 74 bits, of which the first 12 are a number chosen
 * by the caller ({@code rand_a}) and the others come from a {@link SecureRandom}.
 */
final class Uuid7 {
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final int RAND_A_MAX = 0xFFF;

    private Uuid7() {}

    /** A new UUID with a random {@code rand_a}. */
    static byte[] next(Clock clock) {
        return next(clock, RANDOM.nextInt(RAND_A_MAX + 1));
    }

    /** A new UUID with these bits of {@code rand_a}, from 0 to 4095. */
    static byte[] next(Clock clock, int randA) {
        byte[] bytes = new byte[16];
        RANDOM.nextBytes(bytes);
        long millis = clock.millis();
        for (int i = 0; i < 6; i++) {
            bytes[i] = (byte) (millis >>> (40 - 8 * i));
        }
        bytes[6] = (byte) (0x70 | randA >>> 8);
        bytes[7] = (byte) randA;
        bytes[8] = (byte) (0x80 | (bytes[8] & 0x3F));
        return bytes;
    }

    /** When the UUID was created, to the millisecond. */
    static Instant time(byte[] uuid) {
        return Instant.ofEpochMilli(ByteBuffer.wrap(uuid).getLong() >>> 16);
    }

    static int randA(byte[] uuid) {
        return ByteBuffer.wrap(uuid).getShort(6) & RAND_A_MAX;
    }
}
