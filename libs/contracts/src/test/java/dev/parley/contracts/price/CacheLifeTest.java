package dev.parley.contracts.price;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.json.JsonMapper;

class CacheLifeTest {
    private static final JsonMapper JSON = JsonMapper.shared();

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "{} | FIVE_MINUTES",
                "{\"cache_control\":{\"type\":\"ephemeral\"}} | FIVE_MINUTES",
                "{\"cache_control\":{\"type\":\"ephemeral\",\"ttl\":\"5m\"}} | FIVE_MINUTES",
                "{\"cache_control\":{\"type\":\"ephemeral\",\"ttl\":\"1h\"}} | ONE_HOUR",
                "{\"cache_control\":{\"ttl\":\"2h\"}} | ONE_HOUR",
                "{\"tools\":[{\"cache_control\":{\"ttl\":\"1h\"}}]} | ONE_HOUR",
                "{\"system\":[{\"cache_control\":{\"ttl\":\"5m\"}},{\"cache_control\":{\"ttl\":\"1h\"}}]} | ONE_HOUR",
                "{\"messages\":[{\"content\":[{\"content\":[{\"cache_control\":{\"ttl\":\"1h\"}}]}]}]} | ONE_HOUR",
                "{\"messages\":[{\"content\":\"cache_control ttl 1h\"}]} | FIVE_MINUTES",
            })
    void isTheLongestOfTheRequest(String request, CacheLife life) {
        assertThat(CacheLife.of(JSON.readTree(request))).isEqualTo(life);
    }
}
