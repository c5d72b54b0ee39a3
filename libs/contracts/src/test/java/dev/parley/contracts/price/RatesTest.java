package dev.parley.contracts.price;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.contracts.json.RawJson;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class RatesTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{'model':'m'}                                                     | LISTED",
                "{'speed':'standard','inference_geo':'global'}                     | LISTED",
                "{'speed':null,'inference_geo':null}                               | LISTED",
                "{'metadata':{'speed':'fast'},'tools':[{'inference_geo':'us'}]}    | LISTED",
                "{'system':'fast'}                                                 | LISTED",
                "{'messages':[{'content':'hi'}],'speed':'fast'}                    | PREMIUM",
                "{'speed':'faster'}                                                | PREMIUM",
                "{'speed':'standard','inference_geo':'us'}                         | PREMIUM",
            })
    void areThoseThatTheRequestAsksFor(String json, Rates rates) {
        JsonNode request = JsonMapper.shared().readTree(json.replace('\'', '"'));
        assertThat(Rates.of(request)).isEqualTo(rates);
        assertThat(Rates.of(RawJson.of(request))).isEqualTo(rates);
    }
}
