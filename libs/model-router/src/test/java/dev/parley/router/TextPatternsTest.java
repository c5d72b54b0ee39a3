package dev.parley.router;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Random;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Compares the fast recognition of texts with one expression for each. */
class TextPatternsTest {
    private static final int TEXTS = 20_000;
    private static final int PIECES_MAX = 8;
    private static final Pattern CODE = Pattern.compile(
            "```|^(?:diff --git |@@ -\\d|[+-]{3} [ab]/|import [\\w.]+;?$|#include|(?:public|private|static)"
                    + " .*[({]$|def \\w+\\(|class \\w+[:({]|(?:async )?function \\w*\\(|SELECT .* FROM |\\s*at"
                    + " [\\w.$]+\\(|Traceback )|[;{}]$",
            Pattern.MULTILINE);
    private static final Pattern OBJECTION = Pattern.compile(
            "\\b(?:wrong|incorrect|mistake|not what i (?:asked|meant)|not (?:right|correct|true)|are you sure|try again"
                    + "|does not (?:work|help)|check again)\\b|n['\u2019]t (?:right|correct|true|work|help)\\b",
            Pattern.CASE_INSENSITIVE);

    @Test
    @Timeout(value = 20, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void readsEachEmptyLineOnce() {
        assertThat(CodeDetector.hasCode("why" + "\n".repeat(1_000_000))).isFalse();
    }

    private static final List<String> CODE_PIECES = List.of(
            "\n",
            "\r\n",
            "\r",
            "\u2028",
            " ",
            "a",
            ";",
            "{",
            "``",
            "`",
            "diff --git ",
            "@@ -1",
            "+++ a/",
            "import a.b",
            "#include",
            "public ",
            "static x(",
            "def f(",
            "class A",
            ":",
            "async ",
            "function (",
            "SELECT ",
            " FROM ",
            "at a.b$c(",
            "\t",
            "Traceback ",
            "é");
    private static final List<String> OBJECTION_PIECES = List.of(
            " ",
            "_",
            "x",
            "1",
            "é",
            "e\u0301",
            "wrong",
            "Incorrect",
            "mistake",
            "not ",
            "what i ",
            "asked",
            "meant",
            "right",
            "TRUE",
            "are you ",
            "sure",
            "try ",
            "again",
            "does ",
            "work",
            "help",
            "check ",
            "isn't ",
            "n\u2019t ",
            ".",
            "\n");

    @Test
    void recognisesTheSameTextsAsCode() {
        assertThat(recognised(CODE_PIECES, CodeDetector::hasCode, CODE)).isBetween(TEXTS / 10, TEXTS * 9 / 10);
    }

    @Test
    void recognisesTheSameTextsAsObjections() {
        assertThat(recognised(OBJECTION_PIECES, ObjectionDetector::isObjection, OBJECTION))
                .isBetween(TEXTS / 10, TEXTS * 9 / 10);
    }

    /** The number of recognised texts, which are the same by the expression. */
    private static int recognised(List<String> pieces, Predicate<String> recognition, Pattern expected) {
        Random random = new Random(1);
        int recognised = 0;
        for (int i = 0; i < TEXTS; i++) {
            StringBuilder text = new StringBuilder();
            for (int left = random.nextInt(PIECES_MAX); left >= 0; left--) {
                text.append(pieces.get(random.nextInt(pieces.size())));
            }
            boolean is = recognition.test(text.toString());
            assertThat(is).as(text.toString()).isEqualTo(expected.matcher(text).find());
            recognised += is ? 1 : 0;
        }
        return recognised;
    }
}
