package dev.parley.gateway.request;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.OptionalInt;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LoneSurrogatesTest {
    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            "\\ud800"               | 1
            "\\uDBFF"               | 1
            "\\udc00"               | 1
            "\\uDfFf"               | 1
            {"\\ud800":1}           | 2
            ["a","bc\\ud83d!"]      | 8
            "\\ud83d\\n"            | 1
            "\\ud83d\\ud83d\\ude00" | 1
            "\\ude00\\ud83d"        | 1
            "\\ud83d\\ude00\\ud83d" | 13
            "\\ud83d\\u0061"        | 1
            "\\\\\\ud800"           | 3
            """)
    void findsTheFirstOne(String json, int offset) {
        assertThat(LoneSurrogates.find(json.getBytes(UTF_8))).hasValue(offset);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            {}
            "😀"
            "\\ud83d\\ude00"
            "\\uD83D\\uDE00\\uD83D\\uDE00"
            "\\\\ud800"
            "\\ud7ff\\ue000"
            "\\"\\\\"
            "a\\nb\\u0000"
            """)
    void acceptsWholeCharacters(String json) {
        assertThat(LoneSurrogates.find(json.getBytes(UTF_8))).isEqualTo(OptionalInt.empty());
    }
}
