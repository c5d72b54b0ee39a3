package dev.parley.replay.output;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.regex.Pattern;

/** Encodes text that may contain unpaired surrogates, which JSON strings can have and readers reject. */
final class UnicodeText {
    /** As code points: a pair is another one. */
    private static final Pattern UNPAIRED_SURROGATE = Pattern.compile("\\p{Cs}");

    private static final String REPLACEMENT = "\ufffd";

    private UnicodeText() {}

    /** In UTF-8, with U+FFFD for an unpaired surrogate. */
    static byte[] encode(String text) {
        return UNPAIRED_SURROGATE.matcher(text).replaceAll(REPLACEMENT).getBytes(UTF_8);
    }
}
