package dev.parley.router;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What the rules look at in a request.
 *
 * @param questions the texts of the user's messages, the first one of the conversation first; at least one
 * @param content the types of content blocks other than text and thinking, such as {@code image} and {@code tool_result}
 * @param tools whether tools are offered
 * @param structured whether a format of the answer is required
 * @param thinking whether the client asks for extended thinking with a budget; newer models think without being asked
 * @param promptTokens an estimate of system prompt and messages
 * @param answerTokensMax {@code max_tokens}, which bounds thinking and text
 * @param again whether the client refuses a cached answer, as when it asks for another version
 */
public record RequestTraits(
        List<String> questions,
        Set<String> content,
        boolean tools,
        boolean structured,
        boolean thinking,
        long promptTokens,
        long answerTokensMax,
        boolean again) {
    public RequestTraits {
        questions = List.copyOf(questions);
        content = Set.copyOf(content);
        if (questions.isEmpty()) {
            throw new IllegalArgumentException("a request has a question");
        }
    }

    /** The question that is scored. It stays the same for the whole conversation, and so does the choice. */
    public String first() {
        return questions.getFirst();
    }

    /** The rule that requires the stronger model, if one applies. */
    public Optional<String> rule() {
        return Arrays.stream(Rule.values())
                .filter(rule -> rule.appliesTo(this))
                .map(Rule::text)
                .findFirst();
    }

    /** What the user replied to answers. */
    List<String> replies() {
        return questions.subList(1, questions.size());
    }
}
