package dev.parley.localstack.ask;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

final class TimeTreeTest {
    @Test
    void saysThatClaudeWasNotCalledForACachedAnswer() {
        var answer = new Reply.Answer("text", "gen_1", "conv_1", "exact", Duration.ofMillis(4), Duration.ofMillis(5));
        var turn = new StoredTurn(
                "claude-sonnet-4-5",
                0,
                0,
                Duration.ofMillis(1),
                Duration.ofMillis(1),
                Duration.ZERO,
                Duration.ZERO,
                Duration.ZERO,
                Duration.ofMillis(15));
        assertThat(TimeTree.of(answer, turn))
                .contains(
                        "├─ cache                   1.0 ms   exact", "├─ Claude in all           0.0 ms   not called");
    }

    @Test
    void showsEveryStageAndTheDatabaseOutsideTheAnswer() {
        var answer =
                new Reply.Answer("text", "gen_1", "conv_1", "miss", Duration.ofMillis(460), Duration.ofMillis(720));
        var turn = new StoredTurn(
                "claude-sonnet-4-5",
                9,
                11,
                Duration.ofMillis(2),
                Duration.ofMillis(1),
                Duration.ofMillis(1),
                Duration.ofMillis(452),
                Duration.ofMillis(706),
                Duration.ofMillis(15));
        assertThat(TimeTree.of(answer, turn))
                .containsExactly(
                        "answer                   720.0 ms   measured here; its first text came after 460.0 ms",
                        "├─ session                 2.0 ms   in the gateway, until Kafka had the request",
                        "├─ cache                   1.0 ms   miss",
                        "├─ queue                   1.0 ms   until Claude was called",
                        "├─ Claude in all         706.0 ms   input 9, output 11 tokens",
                        "│  └─ to first token     452.0 ms",
                        "└─ delivery               10.0 ms   the rest: through Kafka and the gateway to here",
                        "database write            15.0 ms   outside the answer: from its end until it was stored");
    }
}
