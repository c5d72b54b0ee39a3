package dev.parley.contracts;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** SHA-256, also of keys: they are long and random, so a slow password hash is not needed. */
public final class Sha256 {
    private Sha256() {}

    /** The hash of a text in UTF-8, in lower-case hexadecimal digits. */
    public static String of(String text) {
        return of(text.getBytes(UTF_8));
    }

    /** The hash of these bytes, in lower-case hexadecimal digits. */
    public static String of(byte[] bytes) {
        return HexFormat.of().formatHex(begin().digest(bytes));
    }

    public static MessageDigest begin() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
