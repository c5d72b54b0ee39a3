package dev.parley.gateway.request;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.contracts.event.CachePolicy;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

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

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            {"thread":{"type":"create"}}     | NO_STORE
            {"thread":"thread_1"}            | NO_STORE
            {"container":"container_1"}      | NO_STORE
            {"thread":null,"container":null} | USE
            {"messages":[{"thread":1}]}      | USE
            {"mcp_servers":[{"type":"url"}]} | NO_STORE
            {"mcp_servers":[]}               | USE
            {"tools":[{"type":"mcp_toolset"}]} | NO_STORE
            {"tools":[{"type":"web_search_20250305"},{"type":"code_execution_20250825"}]} | NO_STORE
            {"tools":[{"name":"code_execution"},{"type":"web_search_20250305"}]}          | USE
            {"tools":[{"type":"web_search_20250305"},{"type":"web_fetch_20250910"}]}      | USE
            {"tools":[{"type":"web_search_20260209"}]}                                    | NO_STORE
            {"tools":[{"type":"web_fetch_20260209"}]}                                     | NO_STORE
            {"tools":[{"type":"web_search_20250305"},{"type":"web_fetch_20260318"}]}      | NO_STORE
            {"tools":[{"name":"web_search_20260209"}]}                                    | USE
            {"tools":"code_execution"}       | USE
            """)
    void keepsRequestsWithStateAtClaudeApart(String request, CachePolicy policy) {
        ObjectNode json = (ObjectNode) JsonMapper.shared().readTree(request);
        assertThat(CacheControl.policy(List.of(), json)).isEqualTo(policy);
        assertThat(CacheControl.policy(List.of("no-store"), json)).isEqualTo(CachePolicy.NO_STORE);
    }

    @Test
    void usesTheCacheWithoutAHeader() {
        assertThat(CacheControl.policy(List.of())).isEqualTo(CachePolicy.USE);
    }
}
