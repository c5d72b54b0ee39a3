package dev.parley.contracts.json;

/** The check that bytes are UTF-8 by RFC 3629: no overlong form, no surrogate, nothing beyond U+10FFFF. */
public final class Utf8 {
    private static final int CONTINUATION_MASK = 0xC0;
    private static final int CONTINUATION = 0x80;

    private Utf8() {}

    /** Whether all of the bytes are characters other than NUL. JSON contains no NUL, but UTF-16 and UTF-32 do. */
    public static boolean isText(byte[] bytes) {
        int at = 0;
        while (at < bytes.length) {
            int first = bytes[at];
            if (first > 0) {
                at++;
            } else {
                int length = length(bytes, at);
                if (length == 0) {
                    return false;
                }
                at += length;
            }
        }
        return true;
    }

    /** The length of the non-ASCII character at a position, in bytes; 0 if it is malformed. */
    private static int length(byte[] bytes, int at) {
        int first = bytes[at] & 0xFF;
        if (first >= 0xC2 && first <= 0xDF) {
            return continues(bytes, at + 1, 1) ? 2 : 0;
        } else if (first >= 0xE0 && first <= 0xEF) {
            return continues(bytes, at + 1, 2) && isThree(first, bytes[at + 1] & 0xFF) ? 3 : 0;
        } else if (first >= 0xF0 && first <= 0xF4) {
            return continues(bytes, at + 1, 3) && isFour(first, bytes[at + 1] & 0xFF) ? 4 : 0;
        }
        return 0;
    }

    private static boolean isThree(int first, int second) {
        boolean overlong = first == 0xE0 && second < 0xA0;
        boolean surrogate = first == 0xED && second > 0x9F;
        return !overlong && !surrogate;
    }

    private static boolean isFour(int first, int second) {
        boolean overlong = first == 0xF0 && second < 0x90;
        boolean beyond = first == 0xF4 && second > 0x8F;
        return !overlong && !beyond;
    }

    private static boolean continues(byte[] bytes, int from, int count) {
        if (from + count > bytes.length) {
            return false;
        }
        for (int at = from; at < from + count; at++) {
            if ((bytes[at] & CONTINUATION_MASK) != CONTINUATION) {
                return false;
            }
        }
        return true;
    }
}
