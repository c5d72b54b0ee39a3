package dev.parley.gateway.request;

import java.util.HexFormat;
import java.util.OptionalInt;

/**
 * Finds half of a surrogate pair in JSON, as in {@code "\\ud800"}. It is no character, and UTF-8 cannot encode it: Claude rejects
 * such a request, and headers of events would have a question mark in its place. JSON in UTF-8 contains it as an escape only, so
 * the bytes are searched for escapes; 8 MB take about 4 ms.
 */
public final class LoneSurrogates {
    /** Length of an escape: a backslash, a u and four digits. */
    private static final int ESCAPE_LENGTH = 6;

    private LoneSurrogates() {}

    /** The offset of the first one in a valid JSON document in UTF-8, in bytes; empty if there is none. */
    public static OptionalInt find(byte[] json) {
        for (int at = 0; at < json.length; at++) {
            if (json[at] != '\\') {
                continue;
            }
            char unit = unit(json, at);
            if (Character.isLowSurrogate(unit)) {
                return OptionalInt.of(at);
            } else if (Character.isHighSurrogate(unit)) {
                if (!Character.isLowSurrogate(unit(json, at + ESCAPE_LENGTH))) {
                    return OptionalInt.of(at);
                }
                at += 2 * ESCAPE_LENGTH - 1;
            } else {
                // The escaped character, which may be a backslash.
                at++;
            }
        }
        return OptionalInt.empty();
    }

    /** The code unit of the escape at an offset; 0 if there is none with digits. */
    private static char unit(byte[] json, int at) {
        if (json[at] != '\\' || json[at + 1] != 'u') {
            return 0;
        }
        int unit = 0;
        for (int digit = at + 2; digit < at + ESCAPE_LENGTH; digit++) {
            unit = unit << 4 | HexFormat.fromHexDigit(json[digit]);
        }
        return (char) unit;
    }
}
