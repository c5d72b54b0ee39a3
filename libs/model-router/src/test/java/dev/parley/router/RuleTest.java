package dev.parley.router;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class RuleTest {
    private static final String QUESTION = "Where is the Eiffel Tower?";

    static Stream<Arguments> requests() {
        return Stream.of(
                Arguments.of(request(Set.of(), true, false, false, 10, 100, false), Rule.TOOLS),
                Arguments.of(request(Set.of("tool_result"), false, false, false, 10, 100, false), Rule.TOOLS),
                Arguments.of(request(Set.of("image"), false, false, false, 10, 100, false), Rule.IMAGES),
                Arguments.of(request(Set.of("document"), false, false, false, 10, 100, false), Rule.DOCUMENTS),
                Arguments.of(request(Set.of("later_type"), false, false, false, 10, 100, false), Rule.DOCUMENTS),
                Arguments.of(request(Set.of(), false, true, false, 10, 100, false), Rule.STRUCTURED_OUTPUT),
                Arguments.of(request(Set.of(), false, false, true, 10, 100, false), Rule.THINKING),
                Arguments.of(request(Set.of(), false, false, false, 4001, 100, false), Rule.LONG_PROMPT),
                Arguments.of(request(Set.of(), false, false, false, 10, 16_001, false), Rule.LONG_ANSWER),
                Arguments.of(request(Set.of(), false, false, false, 10, 100, true), Rule.AGAIN));
    }

    @ParameterizedTest
    @MethodSource("requests")
    void applies(RequestTraits request, Rule rule) {
        assertThat(first(request)).isEqualTo(rule.text());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Why does this fail? ```int x```",
                "What is wrong here:\nfor (int i = 0; i < 3; i++) {",
                "diff --git a/x b/x\n@@ -1 +1 @@",
                "def area(r):\n  return r",
                "SELECT name FROM users",
                "Traceback (most recent call last):"
            })
    void findsCode(String question) {
        assertThat(first(asking(question))).isEqualTo("code");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Was ist die Hauptstadt von Frankreich?",
                "Quelle est la capitale de la France ?",
                "¿Cuál es la capital de Francia?",
                "フランスの首都はどこですか",
                "Где находится столица?"
            })
    void findsOtherLanguages(String question) {
        assertThat(first(asking(question))).isEqualTo("language");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "That's wrong.",
                "No, this is incorrect",
                "That isn't right",
                "It doesn’t work",
                "Are you sure?",
                "You made a mistake",
                "Please try again",
                "That is not what I meant"
            })
    void findsObjections(String reply) {
        assertThat(first(asking(QUESTION, reply, "Thanks"))).isEqualTo("objection");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                QUESTION,
                "What is the capital of France?",
                "Hello",
                "Please summarise the plot of Hamlet for a ten-year-old.",
                "12 * 7 = ?",
                "What went wrong at the battle of Hastings?",
                "How do I say \"naïve\" in a formal letter?"
            })
    void leavesOtherQuestionsToTheScore(String question) {
        assertThat(first(asking(question))).isEqualTo("none");
        assertThat(first(asking(question, "Thank you, and the next one?"))).isEqualTo("none");
    }

    @Test
    void leavesRoomForThinkingInAShortAnswer() {
        assertThat(first(request(Set.of(), false, false, false, 10, 16_000, false)))
                .isEqualTo("none");
    }

    private static String first(RequestTraits request) {
        return request.rule().orElse("none");
    }

    private static RequestTraits asking(String... questions) {
        return new RequestTraits(List.of(questions), Set.of(), false, false, false, 100, 1000, false);
    }

    private static RequestTraits request(
            Set<String> content,
            boolean tools,
            boolean structured,
            boolean thinking,
            long promptTokens,
            long answerTokensMax,
            boolean again) {
        return new RequestTraits(
                List.of(QUESTION), content, tools, structured, thinking, promptTokens, answerTokensMax, again);
    }
}
