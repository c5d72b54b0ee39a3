package dev.parley.simulator.script;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.simulator.answer.Answer;
import dev.parley.simulator.answer.AnswerBlock;
import dev.parley.simulator.answer.Stop;
import dev.parley.simulator.answer.Usage;
import dev.parley.simulator.script.Script.Spoken;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class AnswerScriptTest {
    @Test
    void aStreamIsTheApisLetterByLetter() {
        assertThat(Answers.text(Answers.streamed(new AnswerBlock.Text(List.of("Say", " \"hi\"\n")))))
                .isEqualTo("""
                        event: message_start
                        data: {"type":"message_start","message":{"model":"claude-test","id":"msg_1","type":"message","role":"assistant","content":[],"stop_reason":null,"stop_sequence":null,"stop_details":null,"usage":{"input_tokens":7,"cache_creation_input_tokens":0,"cache_read_input_tokens":0,"cache_creation":{"ephemeral_5m_input_tokens":0,"ephemeral_1h_input_tokens":0},"output_tokens":1,"service_tier":"standard","inference_geo":"not_available"}}}

                        event: content_block_start
                        data: {"type":"content_block_start","index":0,"content_block":{"type":"text","text":""}}

                        event: ping
                        data: {"type": "ping"}

                        event: content_block_delta
                        data: {"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"Say"}           }

                        event: content_block_delta
                        data: {"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":" \\"hi\\"\\n"}           }

                        event: content_block_stop
                        data: {"type":"content_block_stop","index":0}

                        event: message_delta
                        data: {"type":"message_delta","delta":{"stop_reason":"end_turn","stop_sequence":null,"stop_details":null},"usage":{"input_tokens":7,"cache_creation_input_tokens":0,"cache_read_input_tokens":0,"output_tokens":2,"output_tokens_details":{"thinking_tokens":0}}}

                        event: message_stop
                        data: {"type":"message_stop"}

                        """);
    }

    @Test
    void thinkingIsSignedBeforeItsEndAndToolInputBeginsEmpty() {
        String text = Answers.text(Answers.streamed(
                new AnswerBlock.Thinking(List.of("Hm"), "sig"),
                new AnswerBlock.ToolUse("toolu_1", "clock", List.of("{\"a\"", ":1}"))));

        assertThat(text.lines().filter(line -> line.startsWith("data:")).map(line -> line.replace(" ", "")))
                .containsSubsequence(
                        "data:{\"type\":\"content_block_start\",\"index\":0,\"content_block\":{\"type\":\"thinking\",\"thinking\":\"\",\"signature\":\"\"}}",
                        "data:{\"type\":\"content_block_delta\",\"index\":0,\"delta\":{\"type\":\"thinking_delta\",\"thinking\":\"Hm\"}}",
                        "data:{\"type\":\"content_block_delta\",\"index\":0,\"delta\":{\"type\":\"signature_delta\",\"signature\":\"sig\"}}",
                        "data:{\"type\":\"content_block_stop\",\"index\":0}",
                        "data:{\"type\":\"content_block_start\",\"index\":1,\"content_block\":{\"type\":\"tool_use\",\"id\":\"toolu_1\",\"name\":\"clock\",\"input\":{},\"caller\":{\"type\":\"direct\"}}}",
                        "data:{\"type\":\"content_block_delta\",\"index\":1,\"delta\":{\"type\":\"input_json_delta\",\"partial_json\":\"\"}}",
                        "data:{\"type\":\"content_block_delta\",\"index\":1,\"delta\":{\"type\":\"input_json_delta\",\"partial_json\":\"{\\\"a\\\"\"}}",
                        "data:{\"type\":\"content_block_delta\",\"index\":1,\"delta\":{\"type\":\"input_json_delta\",\"partial_json\":\":1}\"}}",
                        "data:{\"type\":\"content_block_stop\",\"index\":1}");
    }

    @Test
    void tokensComeAtTheirPace() {
        Pacing pacing = new Pacing(Duration.ofMillis(100), Duration.ofMillis(450), 50, Duration.ofSeconds(10));
        Spoken script = AnswerScript.streamed(Answers.of(Answers.TEXT), pacing, Map.of());

        assertThat(script.cues().getFirst().at()).isEqualTo(Duration.ofMillis(100));
        assertThat(script.cues().stream().filter(Cue::token).map(Cue::at))
                .containsExactly(Duration.ofMillis(450), Duration.ofMillis(470), Duration.ofMillis(490));
        assertThat(script.cues().getLast().at()).isEqualTo(Duration.ofMillis(490));
    }

    @Test
    void aWholeAnswerComesWhenItsLastTokenWouldHaveBeenDue() {
        Pacing pacing = new Pacing(Duration.ZERO, Duration.ofMillis(450), 50, Duration.ofSeconds(10));
        Spoken script = AnswerScript.whole(Answers.of(Answers.TEXT), pacing, Map.of());

        assertThat(script.cues()).extracting(Cue::at).containsExactly(Duration.ofMillis(490));
    }

    @Test
    void longSilenceIsFilledWithPings() {
        Pacing pacing = new Pacing(Duration.ZERO, Duration.ofMillis(2_500), 0, Duration.ofSeconds(1));
        Spoken script = AnswerScript.streamed(Answers.of(Answers.TEXT), pacing, Map.of());

        assertThat(script.cues().stream()
                        .filter(cue -> cue.event() instanceof StreamEvent.Ping)
                        .map(Cue::at))
                .containsExactly(Duration.ZERO, Duration.ofSeconds(1), Duration.ofSeconds(2));
    }

    @Test
    void aWholeAnswerIsTheApisLetterByLetter() {
        Answer answer = new Answer(
                "msg_1",
                "claude-test",
                List.of(
                        new AnswerBlock.Thinking(List.of("Hm"), "sig"),
                        Answers.TEXT,
                        new AnswerBlock.ToolUse("toolu_1", "clock", List.of("{\"a\"", ":1}"))),
                new Stop.StopSequence("END"),
                new Usage(5, 1, 2, 6, 1));

        assertThat(MessageBody.of(answer))
                .isEqualTo("{\"model\":\"claude-test\",\"id\":\"msg_1\",\"type\":\"message\",\"role\":\"assistant\","
                        + "\"content\":[{\"type\":\"thinking\",\"thinking\":\"Hm\",\"signature\":\"sig\"},"
                        + "{\"type\":\"text\",\"text\":\"One two three\"},"
                        + "{\"type\":\"tool_use\",\"id\":\"toolu_1\",\"name\":\"clock\",\"input\":{\"a\":1},\"caller\":{\"type\":\"direct\"}}],"
                        + "\"stop_reason\":\"stop_sequence\",\"stop_sequence\":\"END\",\"stop_details\":null,\"usage\":{\"input_tokens\":5,"
                        + "\"cache_creation_input_tokens\":1,\"cache_read_input_tokens\":2,\"cache_creation\":"
                        + "{\"ephemeral_5m_input_tokens\":1,\"ephemeral_1h_input_tokens\":0},\"output_tokens\":6,"
                        + "\"service_tier\":\"standard\",\"inference_geo\":\"not_available\","
                        + "\"output_tokens_details\":{\"thinking_tokens\":1}}}");
    }
}
