package dev.parley.similar;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class QuestionFeaturesTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "How do I cook rice?     | HOW DO I COOK RICE       | true",
                "How do I cook rice?     | how do i cook rice       | true",
                "Is there snow in Kenya? | is there snow in kenya   | true",
                "How much is 5 MW?       | Hi, how much is 5 MW?    | true",
                "How much is 5 MW?       | How much is 5 mW?        | false",
                "How do I call US banks? | How do I call us banks?  | false",
                "What does कु mean?       | What does के mean?        | false",
                "Is my grade an A-?      | Is my grade an A?        | false",
                "How much is 5!          | How much is 5?           | false",
                "How do you say please?  | How do you say thanks?   | false",
                "What is 2³?             | What is 23?              | false",
                "What is 2+3?            | What is 2*3?             | false",
                "What is (2 + 3)!        | What is (2 + 3)?         | false",
                "So -5 + 3 is what?      | So 5 + 3 is what?        | false",
                "How much is 5 km/h?     | hello, how much is 5 km/h | true",
            })
    void differsInItsWordingIfAnotherAnswerIsRight(String a, String b, boolean same) {
        assertThat(QuestionFeatures.of(a)
                        .wording()
                        .equals(QuestionFeatures.of(b).wording()))
                .isEqualTo(same);
    }

    /** The time must not grow with the square of the length: few threads read the questions of all tenants. */
    @ParameterizedTest
    @ValueSource(strings = {"The Quick Brown Fox jumps. ", "! ! ! ! Xx", ",,,,,,,,,,", "- - - - - ", "??????????"})
    void readsALongTextInTime(String part) {
        assertTimeoutPreemptively(Duration.ofSeconds(5), () -> QuestionFeatures.of(part.repeat(5_000) + "x"));
    }
}
