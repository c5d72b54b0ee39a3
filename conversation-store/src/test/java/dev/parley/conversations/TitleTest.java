package dev.parley.conversations;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.contracts.event.TurnCodec;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

class TitleTest {
    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            # a string
            {"messages":[{"role":"user","content":"How tall is K2?"}]}                              | How tall is K2?
            # lines, tabs and no-break spaces become one space
            {"messages":[{"role":"user","content":"  one\\n\\n\\ttwo\\u00a0\\u200bthree\\r"}]}      | one two three
            # the first text block with something in it
            {"messages":[{"role":"user","content":[{"type":"image"},{"type":"text","text":" "},{"type":"text","text":"What is this?"}]}]} | What is this?
            # the first user message
            {"messages":[{"role":"assistant","content":"Hello"},{"role":"user","content":"Hi"},{"role":"user","content":"Later"}]} | Hi
            # nothing to read
            {"messages":[{"role":"user","content":[{"type":"image"}]}]}                             | Untitled
            {"messages":[{"role":"user","content":"\\n"}]}                                          | Untitled
            {"messages":[{"role":"user","content":7}]}                                              | Untitled
            {"messages":{"role":"user"}}                                                            | Untitled
            {"messages":[]}                                                                         | Untitled
            {}                                                                                      | Untitled
            []                                                                                      | Untitled
            null                                                                                    | Untitled
            """)
    void takesTheBeginningOfTheFirstUserMessage(String request, String title) {
        assertThat(Title.of(TurnCodec.MAPPER.readTree(request))).isEqualTo(title);
    }

    @Test
    void keepsEightyCharactersAndCutsTheEightyFirst() {
        assertThat(titleOf("x".repeat(80))).isEqualTo("x".repeat(80));
        assertThat(titleOf("x".repeat(81))).isEqualTo("x".repeat(79) + "…");
    }

    @Test
    void doesNotCutACharacterInHalf() {
        assertThat(titleOf("x".repeat(78) + "🦜🦜")).isEqualTo("x".repeat(78) + "…");
    }

    @Property
    void isAlwaysOneLineOfOneToEightyCharacters(@ForAll String question) {
        assertThat(titleOf(question)).isNotBlank().hasSizeLessThanOrEqualTo(80).doesNotContainPattern("[\\p{Cc}\\n]");
    }

    private static String titleOf(String question) {
        return Title.of(request(question));
    }

    private static JsonNode request(String question) {
        return new SampleTurn("conv", 0).asking(question).completed().facts().request();
    }
}
