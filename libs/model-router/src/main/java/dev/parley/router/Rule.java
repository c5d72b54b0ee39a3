package dev.parley.router;

import java.util.Locale;
import java.util.regex.Pattern;

/**
 * Requests that the stronger model answers, whatever the score. Each rule holds for the rest of a conversation once it
 * applies, because a request contains the whole conversation; {@link #AGAIN} alone is a matter of one request.
 */
enum Rule {
    TOOLS,
    IMAGES,
    /** Documents, and every other content that is not text. */
    DOCUMENTS,
    STRUCTURED_OUTPUT,
    THINKING,
    LONG_PROMPT,
    LONG_ANSWER,
    CODE,
    LANGUAGE,
    OBJECTION,
    AGAIN;

    private static final int TOKENS_MAX = 4000;

    private static final Pattern CODE_LINE = Pattern.compile(
            "```|^(?:diff --git |@@ -\\d|[+-]{3} [ab]/|import [\\w.]+;?$|#include|(?:public|private|static)"
                    + " .*[({]$|def \\w+\\(|class \\w+[:({]|(?:async )?function \\w*\\(|SELECT .* FROM |\\s*at"
                    + " [\\w.$]+\\(|Traceback )|[;{}]$",
            Pattern.MULTILINE);
    private static final Pattern OBJECTION_TEXT = Pattern.compile(
            "\\b(?:wrong|incorrect|mistake|not what i (?:asked|meant)|not (?:right|correct|true)|are you sure|try again"
                    + "|does not (?:work|help)|check again)\\b|n['\u2019]t (?:right|correct|true|work|help)\\b",
            Pattern.CASE_INSENSITIVE);

    boolean appliesTo(RequestTraits traits) {
        return switch (this) {
            case TOOLS -> traits.tools() || contains(traits, "tool");
            case IMAGES -> contains(traits, "image");
            case DOCUMENTS -> !traits.content().isEmpty();
            case STRUCTURED_OUTPUT -> traits.structured();
            case THINKING -> traits.thinking();
            case LONG_PROMPT -> traits.promptTokens() > TOKENS_MAX;
            case LONG_ANSWER -> traits.answerTokensMax() > TOKENS_MAX;
            case CODE -> traits.questions().stream().anyMatch(Rule::isCode);
            case LANGUAGE -> !EnglishText.is(traits.first());
            case OBJECTION -> traits.replies().stream().anyMatch(Rule::isObjection);
            case AGAIN -> traits.again();
        };
    }

    String text() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    private static boolean contains(RequestTraits traits, String word) {
        return traits.content().stream().anyMatch(type -> type.contains(word));
    }

    private static boolean isCode(String text) {
        return CODE_LINE.matcher(text).find();
    }

    private static boolean isObjection(String text) {
        return OBJECTION_TEXT.matcher(text).find();
    }
}
