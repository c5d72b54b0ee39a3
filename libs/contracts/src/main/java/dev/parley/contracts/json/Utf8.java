package dev.parley.contracts.json;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;

/** The check that bytes are UTF-8 by RFC 3629: no overlong form, no surrogate, nothing beyond U+10FFFF. */
public final class Utf8 {
    /** In units of UTF-16, of which a character has up to two. */
    private static final int DECODED_AT_ONCE_MIN = 2;

    private static final int DECODED_AT_ONCE_MAX = 4_096;

    private Utf8() {}

    /** Whether all of the bytes are characters other than NUL. JSON contains no NUL, but UTF-16 and UTF-32 do. */
    public static boolean isText(byte[] bytes) {
        for (byte each : bytes) {
            if (each == 0) {
                return false;
            }
        }
        CharsetDecoder decoder = UTF_8.newDecoder();
        ByteBuffer undecoded = ByteBuffer.wrap(bytes);
        CharBuffer dropped = CharBuffer.allocate(Math.clamp(bytes.length, DECODED_AT_ONCE_MIN, DECODED_AT_ONCE_MAX));
        CoderResult result;
        do {
            result = decoder.decode(undecoded, dropped.clear(), true);
        } while (result.isOverflow());
        return !result.isError();
    }

    /** The length of a text in UTF-8, in bytes. */
    public static int length(String text) {
        int length = text.length();
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c >= 0x800) {
                // Each half of a surrogate pair is two of its four bytes.
                length += Character.isSurrogate(c) ? 1 : 2;
            } else if (c >= 0x80) {
                length++;
            }
        }
        return length;
    }
}
