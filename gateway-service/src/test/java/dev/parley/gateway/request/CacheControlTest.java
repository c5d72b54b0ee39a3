package dev.parley.gateway.request;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.contracts.event.CachePolicy;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CacheControlTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "no-store|NO_STORE",
                "No-Cache|NO_CACHE",
                "no-cache, no-store|NO_STORE",
                "max-age=0|USE",
                "no-cachet|USE"
            })
    void parsesTheSupportedDirectives(String header, CachePolicy policy) {
        assertThat(CacheControl.policy(List.of(header))).isEqualTo(policy);
    }

    @Test
    void usesTheCacheWithoutAHeader() {
        assertThat(CacheControl.policy(List.of())).isEqualTo(CachePolicy.USE);
    }
}
