package dev.parley.pulse.turns;

import static dev.parley.testing.Allocations.allocated;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parley.contracts.event.CacheVerdict;
import dev.parley.contracts.event.MalformedEventException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EndedTurnTest {
    private static final String TURN = """
            {"generation":"gen_019ab5365fc07a3e9c41d2b7f08e6a15","conversation":"conv_1","tenant":"acme","user":"ada",
            "model":"claude-opus-5-5","cache":"miss","request":{"messages":[{"role":"user","content":"secret"}]},
            "usage":{"input_tokens":24,"output_tokens":9,"cache_creation_input_tokens":0,"cache_read_input_tokens":0},
            "cost_usd":0.000207,"attempts":[],"timings":{"session_ms":1.25,"cache_ms":2.25,"queue_ms":0.5,
            "claude_first_token_ms":452.75,"claude_ms":995.5,"total_ms":999.5},"received_at":"2026-11-24T09:30:00.160Z",
            "ended_at":"2026-11-24T09:30:01.159500Z","message":{"content":[{"type":"text","text":"secret"}]}%s}
            """;

    @Test
    void isReadWithoutTheTextOfMessages() {
        EndedTurn turn = EndedTurn.read(TURN.formatted("").getBytes(UTF_8));
        assertThat(turn.cache()).isEqualTo(CacheVerdict.MISS);
        assertThat(turn.firstTokenMs()).hasValue(456.75);
        assertThat(turn.error()).isEmpty();
        assertThat(turn.toString()).doesNotContain("secret");
    }

    @Test
    void keepsTheTypeOfAnErrorAndNotItsMessage() {
        String error = ",\"error\":{\"status\":529,\"type\":\"overloaded_error\",\"message\":\"secret\"}";
        EndedTurn turn = EndedTurn.read(TURN.formatted(error).getBytes(UTF_8));
        assertThat(turn.error()).contains(new EndedTurn.Reason(529, "overloaded_error"));
        assertThat(turn.toString()).doesNotContain("secret");
    }

    @Test
    void isReadWithoutACopyOfTheRequest() {
        String request = "\"request\":{\"messages\":[" + "{\"\":0},".repeat(100_000) + "0]}";
        byte[] turn =
                TURN.formatted("").replaceFirst("\"request\":.*?]}", request).getBytes(UTF_8);
        long before = allocated();
        EndedTurn read = EndedTurn.read(turn);
        assertThat(allocated() - before).isLessThan(turn.length);
        assertThat(read.model()).isEqualTo("claude-opus-5-5");
    }

    @ParameterizedTest
    @ValueSource(strings = {"null", "{}", "{\"generation\":\"secret\"}", "secret"})
    void isRefusedWithoutQuotingIt(String value) {
        assertThatThrownBy(() -> EndedTurn.read(value.getBytes(UTF_8)))
                .isInstanceOf(MalformedEventException.class)
                .hasMessageNotContaining("secret")
                .hasNoCause();
    }
}
