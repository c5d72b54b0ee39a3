package dev.parley.localstack.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

final class AnswerTimingsTest {
    private static final ReceivedAnswer ANSWER =
            new ReceivedAnswer("text", "end_turn", "gen_1", "conv_1", "miss", 460, 720);
    private static final JsonNode TURN = JsonMapper.shared().readTree("""
            {"usage": {"input_tokens": 9, "cache_creation_input_tokens": 20, "cache_read_input_tokens": 300, "output_tokens": 11},
             "timings": {"session_ms": 2, "cache_ms": 1.5, "queue_ms": 0.5, "claude_first_token_ms": 452,
               "claude_ms": 706.25},
             "ended_at": "2026-11-24T10:00:00Z", "stored_at": "2026-11-24T10:00:00.015Z"}""");

    @Test
    void showsThatClaudeWasNotCalledForACachedAnswer() {
        JsonNode turn = JsonMapper.shared().readTree("""
                {"timings": {"session_ms": 1, "cache_ms": 1, "queue_ms": 0},
                 "ended_at": "2026-11-24T10:00:00Z", "stored_at": "2026-11-24T10:00:00.015Z"}""");
        assertThat(new AnswerTimings(new ReceivedAnswer("text", "end_turn", "gen_1", "conv_1", "exact", 4, 5), turn)
                        .tree())
                .contains(
                        "├─ cache                   1.0 ms   exact", "├─ Claude in all           0.0 ms   not called");
    }

    @Test
    void showsEveryStageAndTheDatabaseOutsideTheAnswer() {
        assertThat(new AnswerTimings(ANSWER, TURN).tree())
                .containsExactly(
                        "answer                   720.0 ms   measured here; its first text came after 460.0 ms",
                        "├─ session                 2.0 ms   in the gateway, until Kafka had the request",
                        "├─ cache                   1.5 ms   miss",
                        "├─ queue                   0.5 ms   until Claude was called",
                        "├─ Claude in all         706.3 ms   input 329, output 11 tokens",
                        "│  └─ to first token     452.0 ms",
                        "└─ delivery                9.8 ms   the rest: through Kafka and the gateway to here",
                        "database write            15.0 ms   outside the answer: from its end until it was stored");
    }

    @Test
    void hasEveryStageAsANumber() {
        assertThat(new AnswerTimings(ANSWER, TURN).numbers())
                .containsEntry("whole_ms", 720.0)
                .containsEntry("first_text_ms", 460.0)
                .containsEntry("session_ms", 2.0)
                .containsEntry("cache_ms", 1.5)
                .containsEntry("queue_ms", 0.5)
                .containsEntry("claude_first_token_ms", 452.0)
                .containsEntry("claude_ms", 706.25)
                .containsEntry("delivery_ms", 9.75)
                .containsEntry("database_write_ms", 15.0)
                .hasSize(9);
    }
}
