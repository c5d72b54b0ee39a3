package dev.parley.gateway.model;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RequestModelTest {
    private final ModelAliases aliases =
            new ModelAliases(List.of(new AliasSettings("auto", "Auto", "claude-s", "claude-h")));

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            {"model":"auto","messages":[]}                       | {"model":"claude-s","messages":[]}
            {"system":"Ä", "model" : "\\u0061uto" , "x":{"model":"auto"}} | {"system":"Ä", "model" : "claude-s" , "x":{"model":"auto"}}
            {"x":{"model":"auto"},"model":"auto"}                | {"x":{"model":"auto"},"model":"claude-s"}
            {"model":"claude-x"}                                 | {"model":"claude-x"}
            {"model":7}                                          | {"model":7}
            {"messages":[]}                                      | {"messages":[]}
            {"model":                                            | {"model":
            ["auto"]                                             | ["auto"]
            """)
    void replacesAnAliasByItsStrongerModel(String request, String expected) {
        assertThat(new String(RequestModel.replace(request.getBytes(UTF_8), aliases::strongest), UTF_8))
                .isEqualTo(expected);
    }
}
