package dev.parley.contracts.key;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.contracts.golden.ExampleEvents;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class KeyEventTest {
    @ParameterizedTest
    @CsvSource(
            nullValues = "-",
            value = {
                "1, 2, true",
                "1, 3, true",
                "2, 2, false",
                "3, 2, false",
                "-, 1, true",
                "-, -, true",
                "3, -, true",
            })
    void theFirstOfSeveralChangesOfAStateCounts(@Nullable Long state, @Nullable Long next, boolean counts) {
        assertThat(issued(next).replaces(issued(state))).isEqualTo(counts);
    }

    @Test
    void aRevocationIsFinal() {
        assertThat(ExampleEvents.KEY_REVOKED.replaces(issued(7L))).isTrue();
        assertThat(issued(8L).replaces(ExampleEvents.KEY_REVOKED)).isFalse();
        assertThat(issued(null).replaces(ExampleEvents.KEY_REVOKED)).isFalse();
        assertThat(ExampleEvents.KEY_REVOKED.replaces(ExampleEvents.KEY_REVOKED))
                .isTrue();
    }

    private static KeyEvent issued(@Nullable Long version) {
        return ExampleEvents.KEY_ISSUED.withVersion(Optional.ofNullable(version));
    }
}
