package dev.parley.router;

import java.util.Locale;

/**
 * Requests that the stronger model answers, whatever the score. Each rule holds for the rest of a conversation once it
 * applies, because a request contains the whole conversation; {@link #AGAIN} alone is a matter of one request.
 */
enum Rule {
    TOOLS,
    IMAGES,
    /** Documents, and every other content that is neither text nor thinking. */
    DOCUMENTS,
    STRUCTURED_OUTPUT,
    THINKING,
    LONG_PROMPT,
    LONG_ANSWER,
    CODE,
    LANGUAGE,
    OBJECTION,
    AGAIN;

    private static final int PROMPT_TOKENS_MAX = 4_000;
    /** Of text and thinking, for which clients leave room. */
    private static final int ANSWER_TOKENS_MAX = 16_000;

    boolean appliesTo(RequestTraits traits) {
        return switch (this) {
            case TOOLS -> traits.tools() || contains(traits, "tool");
            case IMAGES -> contains(traits, "image");
            case DOCUMENTS -> !traits.content().isEmpty();
            case STRUCTURED_OUTPUT -> traits.structured();
            case THINKING -> traits.thinking();
            case LONG_PROMPT -> traits.promptTokens() > PROMPT_TOKENS_MAX;
            case LONG_ANSWER -> traits.answerTokensMax() > ANSWER_TOKENS_MAX;
            case CODE -> traits.questions().stream().anyMatch(CodeDetector::hasCode);
            case LANGUAGE -> !EnglishDetector.isEnglish(traits.first());
            case OBJECTION -> traits.replies().stream().anyMatch(ObjectionDetector::isObjection);
            case AGAIN -> traits.again();
        };
    }

    String text() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    private static boolean contains(RequestTraits traits, String word) {
        return traits.content().stream().anyMatch(type -> type.contains(word));
    }
}
