package dev.parley.gateway.conversation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TitleSearchTest {
    @ParameterizedTest
    @CsvSource({
        "How tall is K2?, k2, true",
        "How tall is K2?, TALL  how, true",
        "How tall is K2?, tall is small, false",
        "Straßenbahn, bahn, true",
        "Crème brûlée, CREME, true",
        "Creme brulee, brûlée, true",
        "ＫＡＦＫＡ in practice, kafka, true",
        "How tall is K2?, '  ', true",
    })
    void findsTitlesThatContainEveryWord(String title, String query, boolean found) {
        assertThat(TitleSearch.of(query).test(title)).isEqualTo(found);
    }

    @Test
    void rejectsALongQuery() {
        assertThat(TitleSearch.of("x".repeat(200)).words()).hasSize(1);
        assertThatIllegalArgumentException().isThrownBy(() -> TitleSearch.of("x".repeat(201)));
    }
}
