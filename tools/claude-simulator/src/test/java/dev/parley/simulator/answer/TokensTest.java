package dev.parley.simulator.answer;

import static org.assertj.core.api.Assertions.assertThat;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class TokensTest {
    @Property
    void piecesJoinedAreTheText(@ForAll String text) {
        assertThat(String.join("", Tokens.split(text))).isEqualTo(text);
        assertThat(String.join("", Tokens.splitJson(text))).isEqualTo(text);
    }

    @Property
    void noPieceIsEmpty(@ForAll String text) {
        assertThat(Tokens.split(text)).noneMatch(String::isEmpty);
    }

    @Test
    void wordsKeepTheirSpaceAndLongOnesAreCut() {
        assertThat(Tokens.split("The simulators’ answer.\n\n1. Go"))
                .containsExactly("The", " simulato", "rs", "’", " answer", ".", "\n\n", "1", ".", " Go");
    }
}
