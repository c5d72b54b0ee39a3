package dev.parley.conversations;

import static dev.parley.testing.Allocations.allocated;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.contracts.json.RawJson;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

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
    void isTheBeginningOfTheFirstUserMessage(String request, String title) {
        assertThat(Title.of(RawJson.of(request.getBytes(UTF_8)).orElseThrow())).isEqualTo(title);
    }

    @Test
    void isTruncatedAfterEightyCharacters() {
        assertThat(titleOf("x".repeat(80))).isEqualTo("x".repeat(80));
        assertThat(titleOf("x".repeat(81))).isEqualTo("x".repeat(79) + "…");
    }

    @Test
    void doesNotSplitASurrogatePair() {
        assertThat(titleOf("x".repeat(78) + "🦜🦜")).isEqualTo("x".repeat(78) + "…");
    }

    @Test
    void doesNotSplitASurrogatePairAtTheEndOfWhatIsRead() {
        assertThat(titleOf("x" + " ".repeat(1_998) + "🦜")).isEqualTo("x");
    }

    @ParameterizedTest
    @CsvSource({"\\ud83e, �", "\\udd9c!, �!", "\\udd9c\\ud83e, ��", "\\ud83e\\udd9c, 🦜"})
    void replacesUnpairedSurrogates(String escaped, String title) {
        String request = "{\"messages\":[{\"role\":\"user\",\"content\":\"" + escaped + "\"}]}";
        assertThat(Title.of(RawJson.of(request.getBytes(UTF_8)).orElseThrow())).isEqualTo(title);
    }

    @Test
    void doesNotParseTheRequestIntoATree() {
        RawJson request = RawJson.of(("{\"x\":[" + "{\"\":0},".repeat(300_000)
                                + "0],\"messages\":[{\"role\":\"user\",\"content\":\"Why?\"}]}")
                        .getBytes(UTF_8))
                .orElseThrow();
        long before = allocated();
        assertThat(Title.of(request)).isEqualTo("Why?");
        assertThat(allocated() - before).isLessThan(6L * request.length());
    }

    @Property
    void isAlwaysOneLineOfOneToEightyCharacters(@ForAll String question) {
        assertThat(titleOf(question)).isNotBlank().hasSizeLessThanOrEqualTo(80).doesNotContainPattern("[\\p{Cc}\\n]");
    }

    private static String titleOf(String question) {
        return Title.of(request(question));
    }

    private static RawJson request(String question) {
        return new SampleTurn("conv", 0).asking(question).completed().facts().request();
    }
}
