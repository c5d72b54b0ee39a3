package dev.parley.persistence.retry;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BatchRetrySettingsTest {
    private final BatchRetrySettings settings = new BatchRetrySettings(
            Duration.ofMillis(100), Duration.ofSeconds(5), Duration.ofSeconds(20), Duration.ofSeconds(90));

    @ParameterizedTest
    @CsvSource({
        "1, 0, 50",
        "1, 1, 100",
        "2, 0, 100",
        "2, 0.5, 150",
        "2, 1, 200",
        "6, 1, 3200",
        "7, 0, 2500",
        "7, 1, 5000",
        "31, 1, 5000",
        "32, 1, 5000",
        "64, 0, 2500",
        "1000000, 1, 5000"
    })
    void doublesUpToItsMaximumWithJitterInTheUpperHalf(int failures, double chance, long millis) {
        assertThat(settings.pauseAfter(failures, chance)).isEqualTo(Duration.ofMillis(millis));
    }
}
