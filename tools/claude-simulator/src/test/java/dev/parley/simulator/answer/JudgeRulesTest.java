package dev.parley.simulator.answer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class JudgeRulesTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "How do I return a parcel?  | how can I return the parcels          | true",
                "How do I return a parcel?  | What do I do to return my parcel      | true",
                "How do I return a parcel?  | How do I return a letter?             | false",
                "How do I return 2 parcels? | How do I return 3 parcels?            | false",
                "How do I return a parcel?  | How do I send a parcel back?          | true",
                "How do I return a letter?  | How do I send a parcel back?          | false",
            })
    void decidesByWordsAndGroups(String stored, String asked, boolean permitted) {
        JudgeRules rules = new JudgeRules(List.of(List.of("How do I return a parcel?", "Send a parcel back")), 0);
        assertThat(rules.permits(stored, asked)).isEqualTo(permitted);
    }

    @Test
    void errsForTheShareOfPairs() {
        JudgeRules rules = new JudgeRules(List.of(), 0.1);
        long wrong = IntStream.range(0, 2_000)
                .filter(i -> rules.permits("Question " + i, "Another " + i))
                .count();
        assertThat(wrong).isBetween(150L, 250L);
        assertThat(new JudgeRules(List.of(), 1).permits("a question", "a question"))
                .isFalse();
        assertThatThrownBy(() -> new JudgeRules(List.of(), Double.NaN)).isInstanceOf(IllegalArgumentException.class);
    }
}
