package dev.parley.router;

import java.util.Locale;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/**
 * Requests that the stronger model answers, whatever the score. Each rule holds for the rest of a conversation once it
 * applies, because a request contains the whole conversation; {@link #AGAIN} alone is a matter of one request.
 */
enum Rule {
    TOOLS(traits -> traits.tools() || contains(traits, "tool")),
    IMAGES(traits -> contains(traits, "image")),
    /** Documents, and every other content that is not text. */
    DOCUMENTS(traits -> !traits.content().isEmpty()),
    STRUCTURED_OUTPUT(RequestTraits::structured),
    THINKING(RequestTraits::thinking),
    LONG_PROMPT(traits -> traits.promptTokens() > Rule.TOKENS_MAX),
    LONG_ANSWER(traits -> traits.answerTokensMax() > Rule.TOKENS_MAX),
    CODE(traits -> traits.questions().stream().anyMatch(Rule::isCode)),
    LANGUAGE(traits -> !EnglishText.is(traits.first())),
    OBJECTION(traits -> traits.replies().stream().anyMatch(Rule::isObjection)),
    AGAIN(RequestTraits::again);

    static final int TOKENS_MAX = 4000;

    private static final Pattern CODE_LINE = Pattern.compile(
            "```|^(?:diff --git |@@ -\\d|[+-]{3} [ab]/|import [\\w.]+;?$|#include|(?:public|private|static)"
                    + " .*[({]$|def \\w+\\(|class \\w+[:({]|(?:async )?function \\w*\\(|SELECT .* FROM |\\s*at"
                    + " [\\w.$]+\\(|Traceback )|[;{}]$",
            Pattern.MULTILINE);
    private static final Pattern OBJECTION_TEXT = Pattern.compile(
            "\\b(?:wrong|incorrect|mistake|not what i (?:asked|meant)|not (?:right|correct|true)|are you sure|try again"
                    + "|does not (?:work|help)|check again)\\b|n['\u2019]t (?:right|correct|true|work|help)\\b",
            Pattern.CASE_INSENSITIVE);

    private final Predicate<RequestTraits> applies;

    Rule(Predicate<RequestTraits> applies) {
        this.applies = applies;
    }

    boolean appliesTo(RequestTraits traits) {
        return applies.test(traits);
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
