package dev.parley.simulator.request;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a request asks a judge about a stored and a new question, each in a section of its own in which {@code &},
 * {@code <} and {@code >} are escaped.
 */
public record JudgeQuestion(String stored, String asked) {
    private static final Pattern SECTIONS = Pattern.compile(
            "<stored_question>\\n([^<>]*)\\n</stored_question>\\n.*<new_question>\\n([^<>]*)\\n</new_question>\\n.*",
            Pattern.DOTALL);

    /** The question of a request; empty if it asks no judge. */
    public static Optional<JudgeQuestion> of(MessagesRequest request) {
        Matcher sections = SECTIONS.matcher(request.question().text());
        return sections.matches()
                ? Optional.of(new JudgeQuestion(unescaped(sections.group(1)), unescaped(sections.group(2))))
                : Optional.empty();
    }

    private static String unescaped(String text) {
        return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&");
    }
}
