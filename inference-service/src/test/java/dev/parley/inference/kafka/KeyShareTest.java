package dev.parley.inference.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class KeyShareTest {
    @ParameterizedTest
    @CsvSource(textBlock = """
            # most, taken, own, exceeded
            1000,       1,    1, false
            1000,     800,  800, false
            1000,     801,  801, true
            1000,     801,    1, false
            1000,    1000,  200, false
            1000,    1000,  201, true
            1000,     900,  300, true
            40,        32,   32, false
            40,        33,   33, true
            4,          4,    4, false
            1,          1,    1, false
            """)
    void theLastFifthIsForKeysWithLessThanAFifth(long most, long taken, long own, boolean exceeded) {
        assertThat(KeyShare.isExceeded(most, taken, own)).isEqualTo(exceeded);
    }
}
