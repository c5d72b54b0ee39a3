package dev.parley.contracts.json;

import static java.nio.charset.StandardCharsets.UTF_16BE;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.json.JsonMapper;

class RawJsonTest {
    private static final JsonMapper MAPPER = JsonMapper.shared();

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "{\"a\":[1,2.50,{\"b\":null}],\"ä\":\"€ 🦜 \\u00e4\"}",
                "[]",
                "[[],{}]",
                "\"text\"",
                "1e400",
                "-0",
                "true",
                "null"
            })
    void isWrittenAsItWasRead(String text) {
        for (String around : new String[] {"", " ", "\n\t"}) {
            RawJson raw = RawJson.of((around + text + around).getBytes(UTF_8)).orElseThrow();
            assertThat(raw.toString()).isEqualTo(text);
            assertThat(raw.length()).isEqualTo(text.getBytes(UTF_8).length);
            assertThat(MAPPER.writeValueAsString(Map.of("raw", raw))).isEqualTo("{\"raw\":" + text + "}");
            assertThat(MAPPER.writeValueAsBytes(Map.of("raw", raw)))
                    .asString(UTF_8)
                    .isEqualTo("{\"raw\":" + text + "}");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "{", "{}}", "{} {}", "{\"a\"}", "[1,]", "\"text", "nul", "\uFEFF{}"})
    void rejectsTextThatIsNotJson(String text) {
        assertThat(RawJson.of(text.getBytes(UTF_8))).isEmpty();
    }

    @Test
    void isNothingThatIsNoUtf8() {
        assertThat(RawJson.of("{\"a\":1}".getBytes(UTF_16BE))).isEmpty();
        assertThat(RawJson.of(new byte[] {'"', (byte) 0xC0, (byte) 0x80, '"'})).isEmpty();
    }

    @Test
    void isNestedNoDeeperThanReadersOfEventsAllow() {
        assertThat(RawJson.of(nested(490))).isPresent();
        assertThat(RawJson.of(nested(491))).isEmpty();
    }

    private static byte[] nested(int depth) {
        return ("[".repeat(depth) + "]".repeat(depth)).getBytes(UTF_8);
    }

    @Test
    void returnsTheElementsOfAnArrayAsJson() {
        RawJson raw = RawJson.of(
                        " {\"a\":{\"messages\":[0]}, \"messages\": [ {\"x\" : \"ä\"} , \"two\",3 ,[4,[ ]] ], \"b\":[1]}"
                                .getBytes(UTF_8))
                .orElseThrow();
        assertThat(raw.elements("messages")).hasToString("[{\"x\" : \"ä\"}, \"two\", 3, [4,[ ]]]");
        RawJson first = raw.elements("messages").getFirst();
        assertThat(first.tree().path("x").stringValue()).isEqualTo("ä");
        assertThat(raw.elements("a")).isEmpty();
        assertThat(raw.elements("none")).isEmpty();
        RawJson array = raw.elements("messages").getLast();
        assertThat(array.elements("x")).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"ab, true", "abab, true", "z, true", "za, false", "b, true", "ba, true", "ababz, true", "ababzz, false"
    })
    void containsAPart(String part, boolean expected) {
        RawJson element = RawJson.of("[\"ababz\",\"a\"]".getBytes(UTF_8)).orElseThrow();
        RawJson object = RawJson.of("{\"l\":[\"ababz\",\"a\"]}".getBytes(UTF_8)).orElseThrow();
        assertThat(element.contains(part.getBytes(UTF_8))).isEqualTo(expected);
        assertThat(object.elements("l").getFirst().contains(part.getBytes(UTF_8)))
                .isEqualTo(expected);
        assertThat(object.elements("l").getLast().contains("b".getBytes(UTF_8))).isFalse();
    }

    @Test
    void returnsTheElementsOfAnElement() {
        RawJson raw = RawJson.of("{\"a\":[{\"b\":[10,\"x\"]}]}".getBytes(UTF_8)).orElseThrow();
        assertThat(raw.elements("a").getFirst().elements("b")).hasToString("[10, \"x\"]");
    }

    @Test
    void isEqualOnlyToTheSameBytes() {
        RawJson part = RawJson.of("{\"a\":[ {\"b\":1} ]}".getBytes(UTF_8))
                .orElseThrow()
                .elements("a")
                .getFirst();
        RawJson whole = RawJson.of("{\"b\":1}".getBytes(UTF_8)).orElseThrow();
        assertThat(part).isEqualTo(whole).hasSameHashCodeAs(whole);
        assertThat(part.bytes()).isEqualTo(whole.bytes());
        assertThat(part).isNotEqualTo(RawJson.of("{\"b\": 1}".getBytes(UTF_8)).orElseThrow());
    }

    @Test
    void isCopiedWhenReadFromATree() {
        RawJson raw = MAPPER.treeToValue(MAPPER.readTree("{\"a\": [1]}"), RawJson.class);
        assertThat(raw).hasToString("{\"a\":[1]}");
    }
}
