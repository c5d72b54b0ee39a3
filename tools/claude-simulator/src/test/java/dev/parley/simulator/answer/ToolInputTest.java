package dev.parley.simulator.answer;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

class ToolInputTest {
    @Test
    void takesWordsAndNumbersFromTheQuestion() {
        assertThat(input("""
                        {"type":"object","required":["location","days","unit"],"properties":{
                          "location":{"type":"string"},
                          "days":{"type":"integer","maximum":5},
                          "unit":{"enum":["celsius","fahrenheit"]},
                          "note":{"type":"string"}}}
                        """, "What will it be like in New York for 14 days, in fahrenheit?"))
                .isEqualTo("{\"location\":\"New York\",\"days\":5,\"unit\":\"fahrenheit\"}");
    }

    @Test
    void findsTheCalculation() {
        assertThat(input(
                        "{\"type\":\"object\",\"properties\":{\"expression\":{\"type\":\"string\"}}}",
                        "What is 12 * 7 + 1, please?"))
                .isEqualTo("{\"expression\":\"12 * 7 + 1\"}");
    }

    @Test
    void fitsNestedSchemas() {
        assertThat(input("""
                        {"type":"object","$defs":{"day":{"type":"string","format":"date"}},"properties":{
                          "range":{"type":"object","properties":{"from":{"$ref":"#/$defs/day"},"whole":{"type":"boolean"}}},
                          "tags":{"type":"array","items":{"type":["string","null"]}},
                          "ratio":{"anyOf":[{"type":"number","minimum":2},{"type":"null"}]},
                          "kind":{"const":"x"}}}
                        """, "Hello"))
                .isEqualTo("{\"range\":{\"from\":\"2026-11-24\",\"whole\":true},\"tags\":[\"Hello\"],\"ratio\":2.0,"
                        + "\"kind\":\"x\"}");
    }

    @Test
    void aSchemaThatRefersToItselfComesToAnEnd() {
        assertThat(input("{\"type\":\"object\",\"properties\":{\"child\":{\"$ref\":\"#\"}}}", "Hello"))
                .contains("null");
    }

    private static String input(String schema, String question) {
        return ToolInput.of(JsonMapper.shared().readTree(schema), question).toString();
    }
}
