package dev.parley.router;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Recognises source code and diffs in a text: a code fence, a line that begins like a statement, or one that ends with
 * {@code ;}, <code>{</code> or <code>}</code>. Reads each line once, because a search with one expression tries all its
 * alternatives at every character.
 */
final class CodeDetector {
    private static final String FENCE = "```";
    private static final String LAST_CHARACTERS = ";{}";
    private static final Pattern LINE_BEGIN = Pattern.compile(
            "diff --git |@@ -\\d|[+-]{3} [ab]/|import [\\w.]+;?$|#include|(?:public|private|static)"
                    + " .*[({]$|def \\w+\\(|class \\w+[:({]|(?:async )?function \\w*\\(|SELECT .* FROM |[ \\t]*at"
                    + " [\\w.$]+\\(|Traceback ",
            Pattern.MULTILINE);

    private CodeDetector() {}

    static boolean hasCode(String text) {
        return text.contains(FENCE) || hasLine(text);
    }

    private static boolean hasLine(String text) {
        Matcher begin = LINE_BEGIN.matcher(text);
        for (int from = 0; from < text.length(); ) {
            int end = endOfLine(text, from);
            boolean ends = end > from && LAST_CHARACTERS.indexOf(text.charAt(end - 1)) >= 0;
            if (ends || begin.region(from, text.length()).lookingAt()) {
                return true;
            }
            boolean twoCharacters = text.startsWith("\r\n", end);
            from = end + (twoCharacters ? 2 : 1);
        }
        return false;
    }

    private static int endOfLine(String text, int from) {
        int end = from;
        while (end < text.length() && !isLineTerminator(text.charAt(end))) {
            end++;
        }
        return end;
    }

    /** As defined by {@link Pattern}. */
    private static boolean isLineTerminator(char c) {
        return c == '\n' || c == '\r' || c == '\u0085' || c == '\u2028' || c == '\u2029';
    }
}
