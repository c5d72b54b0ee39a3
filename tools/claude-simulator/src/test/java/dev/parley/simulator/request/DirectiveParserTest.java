package dev.parley.simulator.request;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DirectiveParserTest {
    @Test
    void takesDirectivesOutOfTheText() {
        assertParsed(
                "Hello [[sim: tokens=50 fault=cut after=40]]",
                Map.of(Directive.TOKENS, "50", Directive.FAULT, "cut", Directive.AFTER, "40"),
                "Hello");
    }

    @Test
    void aTextWithoutAnyIsLeftAlone() {
        assertParsed("a[[b]] c", Map.of(), "a[[b]] c");
    }

    @Test
    void severalAddUp() {
        assertParsed(
                "[[sim: tokens=5]]one[[sim:tokens=6 times=2]]",
                Map.of(Directive.TOKENS, "6", Directive.TIMES, "2"),
                "one");
    }

    @Test
    void quotesHoldAnything() {
        assertParsed("[[sim: text=\"a ]] \\\"b\\\"\\nc\\\\\"]]", Map.of(Directive.TEXT, "a ]] \"b\"\nc\\"), "");
    }

    @Test
    void aVeryLongTextIsNoTrouble() {
        String text = "x".repeat(1_000_000);

        assertParsed("[[sim: text=\"" + text + "\"]]" + text, Map.of(Directive.TEXT, text), text);
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
    void aMisspeltDirectiveIsAnError(String text) {
        DirectiveParser parser = new DirectiveParser();
        parser.read(text);

        assertThat(parser.error().orElse("")).startsWith("simulator directive: ");
    }

    @Test
    void aFaultThatDoesNotExistIsNamed() {
        assertThat(new DirectiveParser()
                        .readPairs("fault=cut,overlaoded")
                        .error()
                        .orElse(""))
                .contains("no fault \"overlaoded\"")
                .contains("rate_limit_without_retry_after");
        assertThat(new DirectiveParser().readPairs("fault=cut,overloaded").error())
                .isEmpty();
    }

    @Test
    void everyFaultIsFoundByItsName() {
        assertThat(Fault.values())
                .allSatisfy(fault -> assertThat(new DirectiveParser()
                                .readPairs("fault=" + fault.name().toLowerCase(Locale.ROOT))
                                .directives()
                                .faults())
                        .containsExactly(fault));
    }

    @Test
    void directivesOfALaterTextReplaceThoseOfAnEarlierOne() {
        DirectiveParser parser = new DirectiveParser();

        assertThat(parser.read("one [[sim: tokens=5 times=2]]")).isEqualTo("one");
        assertThat(parser.read("[[sim: tokens=6]] two")).isEqualTo("two");
        assertThat(parser.directives()).isEqualTo(new Directives(Map.of(Directive.TOKENS, "6", Directive.TIMES, "2")));
    }

    private static void assertParsed(String text, Map<Directive, String> values, String rest) {
        DirectiveParser parser = new DirectiveParser();

        assertThat(parser.read(text)).isEqualTo(rest);
        assertThat(parser.error()).isEmpty();
        assertThat(parser.directives()).isEqualTo(new Directives(values));
    }
}
