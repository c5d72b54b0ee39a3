package dev.parley.contracts.event;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.json.JsonMapper;

class UsageTest {
    private static final JsonMapper JSON = JsonMapper.shared();

    private static final String BEFORE = """
            {"input_tokens":1,"output_tokens":2,"cache_creation_input_tokens":3,"cache_read_input_tokens":4}""";

    @Test
    void readsWhatClaudeReports() {
        assertThat(Usage.of(JSON.readTree("""
                        {"input_tokens":10,"output_tokens":70,"cache_creation_input_tokens":500,"cache_read_input_tokens":0,
                         "cache_creation":{"ephemeral_5m_input_tokens":100,"ephemeral_1h_input_tokens":400},
                         "server_tool_use":{"web_search_requests":2,"web_fetch_requests":5,"later_requests":1}}""")))
                .as("a web fetch costs nothing")
                .isEqualTo(new Usage(10, 70, 500, 0, 400, 3, 0));
        assertThat(Usage.of(JSON.readTree("""
                        {"input_tokens":10,"server_tool_use":null,"cache_creation":null,"iterations":null}"""))).isEqualTo(new Usage(10, 0, 0, 0));
    }

    @Test
    void countsACallInFastMode() {
        Usage fast = Usage.of(JSON.readTree("{\"input_tokens\":10,\"speed\":\"fast\"}"));
        assertThat(fast).isEqualTo(new Usage(10, 0, 0, 0, 0, 0, 1));
        assertThat(fast.atLeast(7, 0).premiumRequests()).isOne();
        assertThat(Usage.of(JSON.readTree("{\"speed\":\"standard\"}"))).isEqualTo(Usage.NONE);
    }

    @Test
    void countsTheCompactionOfAConversation() {
        assertThat(Usage.of(JSON.readTree("""
                        {"input_tokens":1,"output_tokens":2,"cache_creation_input_tokens":3,"cache_read_input_tokens":4,
                         "speed":"fast","iterations":[
                          {"type":"compaction","input_tokens":10,"output_tokens":20,"cache_creation_input_tokens":30,
                           "cache_read_input_tokens":40,"cache_creation":{"ephemeral_1h_input_tokens":5}},
                          {"type":"message","input_tokens":1,"output_tokens":2,"cache_creation_input_tokens":3,
                           "cache_read_input_tokens":4}]}"""))).isEqualTo(new Usage(11, 22, 33, 44, 5, 0, 1));
    }

    /** Also those that are not in Claude's own sums: of an advisor, and of a model that declined before a fallback. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            "input_tokens":1                    | {"type":"message","input_tokens":1},{"type":"advisor_message","input_tokens":200000} | 200001
            "input_tokens":1                    | {"type":"advisor_message","input_tokens":200000}                                     | 200001
            "input_tokens":60000                | {"type":"message","input_tokens":50000},{"type":"fallback_message","input_tokens":60000} | 110000
            "input_tokens":120000               | {"type":"message","input_tokens":60000},{"type":"message","input_tokens":60000}      | 120000
            "input_tokens":7                    | ``                                                                                   | 7
            """)
    void countsEachPromptOfACall(String sums, String iterations, long input) {
        String usage =
                "{" + sums + ",\"server_tool_use\":{\"web_search_requests\":2},\"speed\":\"fast\",\"iterations\":["
                        + iterations + "]}";
        assertThat(Usage.of(JSON.readTree(usage))).isEqualTo(new Usage(input, 0, 0, 0, 0, 2, 1));
    }

    /** After a fallback, Claude reports tokens as read whose write it has counted before. An iteration may lack the details. */
    @Test
    void noMoreTokensAreWrittenForAnHourThanAtAll() {
        String details = "\"cache_creation\":{\"ephemeral_1h_input_tokens\":400}";
        assertThat(Usage.of(JSON.readTree("{\"cache_creation_input_tokens\":300," + details + "}")))
                .isEqualTo(new Usage(0, 0, 300, 0, 300, 0, 0));
        assertThat(Usage.of(JSON.readTree("{" + details + ",\"iterations\":["
                        + "{\"type\":\"message\",\"cache_creation_input_tokens\":300,\"cache_creation\":null},"
                        + "{\"type\":\"message\",\"cache_creation_input_tokens\":500,"
                        + "\"cache_creation\":{\"ephemeral_1h_input_tokens\":100}}]}")))
                .isEqualTo(new Usage(0, 0, 800, 0, 400, 0, 0));
    }

    @Test
    void addsAllCounts() {
        assertThat(new Usage(1, 2, 3, 4, 5, 6, 7).plus(new Usage(10, 20, 30, 40, 50, 60, 70)))
                .isEqualTo(new Usage(11, 22, 33, 44, 55, 66, 77));
    }

    /** Versions that do not know the last three counts read and write the others only. */
    @Test
    void omitsTheLaterCountsIfTheyAreZero() {
        Usage usage = new Usage(1, 2, 3, 4);
        assertThat(TurnCodec.MAPPER.writeValueAsString(usage)).isEqualTo(BEFORE);
        assertThat(TurnCodec.MAPPER.readValue(BEFORE, Usage.class)).isEqualTo(usage);
    }

    @Test
    void writesTheLaterCounts() {
        Usage usage = new Usage(1, 2, 3, 4, 3, 1, 2);
        String json = BEFORE.replace(
                "}", ",\"one_hour_cache_creation_input_tokens\":3,\"server_tool_requests\":1,\"premium_requests\":2}");
        assertThat(TurnCodec.MAPPER.writeValueAsString(usage)).isEqualTo(json);
        assertThat(TurnCodec.MAPPER.readValue(json, Usage.class)).isEqualTo(usage);
    }
}
