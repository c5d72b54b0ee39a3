package dev.parley.simulator.answer;

import static org.assertj.core.api.Assertions.assertThat;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class ProseTest {
    @Property
    void anAnswerHas40To300Tokens(@ForAll String question) {
        assertThat(Tokens.split(Prose.answer(question, ""))).hasSizeBetween(40, 300);
    }

    @Property
    void aLengthIsKeptExactly(@ForAll String question, @ForAll @IntRange(min = 1, max = 2_000) int tokens) {
        String text = Prose.answer(question, "", tokens);

        assertThat(Tokens.split(text)).hasSize(tokens);
    }

    @Property
    void theSameQuestionGetsTheSameAnswer(@ForAll String question) {
        assertThat(Prose.answer(question, "")).isEqualTo(Prose.answer(question, ""));
    }

    @Property
    void everyAnswerContainsThatItIsSimulated(@ForAll String question) {
        assertThat(Prose.answer(question, "").lines().findFirst().orElse("")).containsIgnoringCase("simulated");
    }

    @Test
    void otherQuestionsGetOtherAnswers() {
        assertThat(Prose.answer("Why is the sky blue?", "")).isNotEqualTo(Prose.answer("Why is the sea blue?", ""));
    }

    @Test
    void aLongAnswerHasAListATableAndCode() {
        assertThat(Prose.answer("Why is the sky blue?", "", 1_000))
                .contains("\n1. **", "\n- **", "\n| --- |", "\n```python\n");
    }

    @Test
    void itIsAboutTheLongestWords() {
        assertThat(Prose.answer("Why are giraffes quiet?", "", 100)).contains("giraffes", "quiet");
    }

    @Test
    void thePrefaceComesRightAfterTheOpening() {
        assertThat(Prose.answer("And then?", "The tool answered: 42.")
                        .lines()
                        .skip(2)
                        .findFirst())
                .contains("The tool answered: 42.");
    }
}
