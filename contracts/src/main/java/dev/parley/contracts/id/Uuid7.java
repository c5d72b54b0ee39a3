package dev.parley.contracts.id;

import java.security.SecureRandom;
import java.time.Clock;
import java.util.HexFormat;

/**
 * A time-ordered UUID (RFC 9562, version 7) as 32 hexadecimal digits.
 *
 * <p>48 bits of milliseconds, then 74 bits from a {@link SecureRandom}: sortable, and not guessable.
 */
final class Uuid7 {
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final HexFormat HEX = HexFormat.of();

    private Uuid7() {}

    static String next(Clock clock) {
        byte[] bytes = new byte[16];
        RANDOM.nextBytes(bytes);
        long millis = clock.millis();
        for (int i = 0; i < 6; i++) {
            bytes[i] = (byte) (millis >>> (40 - 8 * i));
        }
        bytes[6] = (byte) (0x70 | (bytes[6] & 0x0F));
        bytes[8] = (byte) (0x80 | (bytes[8] & 0x3F));
        return HEX.formatHex(bytes);
    }
}
