package dev.parley.simulator.directive;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DirectiveParserTest {
    @Test
    void takesDirectivesOutOfTheText() {
        assertThat(DirectiveParser.parse("Hello [[sim: tokens=50 fault=cut after=40]]"))
                .isEqualTo(found(Map.of(Key.TOKENS, "50", Key.FAULT, "cut", Key.AFTER, "40"), "Hello"));
    }

    @Test
    void aTextWithoutAnyIsLeftAlone() {
        assertThat(DirectiveParser.parse("a[[b]] c")).isEqualTo(found(Map.of(), "a[[b]] c"));
    }

    @Test
    void severalAddUp() {
        assertThat(DirectiveParser.parse("[[sim: tokens=5]]one[[sim:tokens=6 times=2]]"))
                .isEqualTo(found(Map.of(Key.TOKENS, "6", Key.TIMES, "2"), "one"));
    }

    @Test
    void quotesHoldAnything() {
        assertThat(DirectiveParser.parse("[[sim: text=\"a ]] \\\"b\\\"\\nc\\\\\"]]"))
                .isEqualTo(found(Map.of(Key.TEXT, "a ]] \"b\"\nc\\"), ""));
    }

    @Test
    void aVeryLongTextIsNoTrouble() {
        String text = "x".repeat(1_000_000);

        assertThat(DirectiveParser.parse("[[sim: text=\"" + text + "\"]]" + text))
                .isEqualTo(found(Map.of(Key.TEXT, text), text));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "[[sim: tokens=many]]",
                "[[sim: token=5]]",
                "[[sim: tokens=5",
                "[[sim: tokens]]",
                "[[sim: tokens=0]]",
                "[[sim: first_token_ms=-1]]",
                "[[sim: text=\"open]]"
            })
    void aTypingErrorIsToldAndNotPassedOver(String text) {
        assertThat(DirectiveParser.parse(text)).isInstanceOf(Parsed.Misspelt.class);
    }

    private static Parsed found(Map<Key, String> values, String rest) {
        return new Parsed.Found(new Directives(values), rest);
    }
}
