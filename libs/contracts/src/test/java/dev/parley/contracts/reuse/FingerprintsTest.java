package dev.parley.contracts.reuse;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.contracts.id.Fingerprint;
import dev.parley.contracts.id.TenantId;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

class FingerprintsTest {
    private static final String QUESTION = """
            {"model":"m","max_tokens":10,"messages":[{"role":"user","content":"hi"}]}""";

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            {"messages":[{"content":"hi","role":"user"}],"max_tokens":10,"model":"m"}                              | key order
            { "model": "m", "max_tokens": 10, "messages": [ {"role":"user", "content":"hi"} ] }                    | white space
            {"model":"m","max_tokens":10.0,"messages":[{"role":"user","content":"hi"}]}                            | spelling of numbers
            {"model":"m","max_tokens":1e1,"messages":[{"role":"user","content":"hi"}]}                             | spelling of numbers
            {"model":"m","max_tokens":10,"messages":[{"role":"user","content":"hi"}],"stream":true}                | stream
            {"model":"m","max_tokens":10,"messages":[{"role":"user","content":"hi"}],"metadata":{"user_id":"u"}}   | metadata
            {"model":"m","max_tokens":10,"messages":[{"role":"user","content":"hi"}],"cache_control":{"type":"ephemeral"}} | prompt cache
            {"model":"m","max_tokens":10,"messages":[{"role":"user","content":"\\u0068i"}]}                        | escapes
            """)
    void doesNotDependOn(String same, String what) {
        assertThat(fingerprint(same)).as(what).isEqualTo(fingerprint(QUESTION));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            {"model":"n","max_tokens":10,"messages":[{"role":"user","content":"hi"}]}                    | model
            {"model":"m","max_tokens":11,"messages":[{"role":"user","content":"hi"}]}                    | max_tokens
            {"model":"m","max_tokens":10,"messages":[{"role":"user","content":"hi "}]}                   | text
            {"model":"m","max_tokens":10,"messages":[{"role":"assistant","content":"hi"}]}               | role
            {"model":"m","max_tokens":10,"messages":[{"role":"user","content":"hi"}],"temperature":0.5}  | temperature
            {"model":"m","max_tokens":10,"messages":[{"role":"user","content":"hi"}],"system":"s"}       | system
            {"model":"m","max_tokens":10,"messages":[{"role":"user","content":"hi"}],"tools":[]}         | tools
            {"model":"m","max_tokens":10,"messages":[{"role":"user","content":"hi","stream":true}]}      | stream, but not at the top
            {"model":"m","max_tokens":10,"messages":[{"role":"user","content":"hi\\ud800"}]}             | a lone surrogate
            {"model":"m","max_tokens":"10","messages":[{"role":"user","content":"hi"}]}                  | kind of a value
            """)
    void dependsOn(String other, String what) {
        assertThat(fingerprint(other)).as(what).isNotEqualTo(fingerprint(QUESTION));
    }

    @Test
    void dependsOnWhatUtf8CannotEncode() {
        String lone = "{\"content\":\"\\ud800\"}";
        assertThat(fingerprint(lone))
                .isNotEqualTo(fingerprint(lone.replace("d800", "d801")))
                .isNotEqualTo(fingerprint(lone.replace("d800", "dc00")))
                .isNotEqualTo(fingerprint("{\"content\":\"?\"}"))
                .isEqualTo(fingerprint(lone));
    }

    @ParameterizedTest
    @CsvSource({"other,2023-06-01,b", "tenant,2024-01-01,b", "tenant,2023-06-01,c"})
    void dependsOnTenantVersionAndBetas(String tenant, String version, String beta) {
        assertThat(fingerprint(QUESTION, tenant, version, beta))
                .isNotEqualTo(fingerprint(QUESTION, "tenant", "2023-06-01", "b"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {"a,b|b, a", "a|a,"})
    void doesNotDependOnTheOrderOfBetas(String one, String other) {
        assertThat(fingerprint(QUESTION, "tenant", "v", one)).isEqualTo(fingerprint(QUESTION, "tenant", "v", other));
    }

    private static Fingerprint fingerprint(String request) {
        return fingerprint(request, "tenant", "2023-06-01", "");
    }

    private static Fingerprint fingerprint(String request, String tenant, String version, String beta) {
        ObjectNode json = (ObjectNode) JsonMapper.shared().readTree(request);
        return Fingerprints.of(new TenantId(tenant), version, beta, json, false);
    }
}
