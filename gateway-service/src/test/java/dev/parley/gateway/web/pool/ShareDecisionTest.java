package dev.parley.gateway.web.pool;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ShareDecisionTest {
    @ParameterizedTest
    @CsvSource({
        // a single key: up to half
        "200,   0,   0, 1, GRANTED",
        "200,  99,  99, 1, GRANTED",
        "200, 100, 100, 1, SHARE_USED",
        // with other keys: a fifth
        "200, 150,  39, 1, GRANTED",
        "200, 150,  40, 1, SHARE_USED",
        "200, 200,   0, 1, FULL",
        "200, 199,   0, 1, GRANTED",
        // several places: all or nothing
        "100,   0,   0, 50, GRANTED",
        "100,   0,   0, 51, SHARE_USED",
        "100,  50,   0, 20, GRANTED",
        "100,  90,   0, 11, FULL",
        // a pool of fewer than five places still has a place for each key
        "4, 0, 0, 1, GRANTED",
        "4, 1, 1, 1, GRANTED",
        "4, 2, 2, 1, SHARE_USED",
        "4, 3, 0, 1, GRANTED",
        "2, 1, 1, 1, SHARE_USED",
        "1, 0, 0, 1, GRANTED",
        "1, 1, 0, 1, FULL",
    })
    void sharesAPool(long max, long taken, long own, long more, ShareDecision expected) {
        assertThat(ShareDecision.of(max, taken, own, more)).isEqualTo(expected);
    }
}
