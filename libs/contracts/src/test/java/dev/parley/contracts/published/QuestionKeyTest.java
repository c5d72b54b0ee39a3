package dev.parley.contracts.published;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.contracts.id.TenantId;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class QuestionKeyTest {
    private final QuestionKey question = new QuestionKey(new TenantId("acme"), "help", "why");

    @Test
    void isInItsCollection() {
        assertThat(question.isIn(question.collectionAddress())).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                ".",
                "acme",
                "acme.",
                "acme.hel",
                "acme.helps",
                "acme/help",
                "acme.test",
                "core.help",
                "a.cmehelp"
            })
    void isInNoOther(String address) {
        assertThat(question.isIn(address)).isFalse();
    }
}
