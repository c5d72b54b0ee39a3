package dev.parley.inference.generation;

import static dev.parley.inference.generation.AnswerEvents.HIDDEN_THINKING_START;
import static dev.parley.inference.generation.AnswerEvents.TEXT_START;
import static dev.parley.inference.generation.AnswerEvents.messageStart;
import static dev.parley.inference.generation.AnswerEvents.second;
import static dev.parley.inference.generation.AnswerEvents.text;
import static dev.parley.inference.generation.AnswerEvents.thinking;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.inference.generation.RetryPolicy.RequestForm;
import dev.parley.messages.SseFrame;
import dev.parley.messages.SseFramer;
import java.nio.ByteBuffer;
import java.util.List;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** How a later call continues the blocks that were delivered. */
class SplicerTest {
    private static final String REDACTED = """
            event: content_block_start
            data: {"type":"content_block_start","index":0,"content_block":{"type":"redacted_thinking","data":"c2VjcmV0"}}

            event: content_block_stop
            data: {"type":"content_block_stop","index":0}

            """;
    private static final String TOOL_USE = """
            event: content_block_start
            data: {"type":"content_block_start","index":0,"content_block":{"type":"tool_use","id":"toolu_1","name":"t","input":{}}}

            """;

    /** The client returns it together with the call, and the signature has to fit. */
    @Test
    void numbersAToolCallAfterTheThinkingOfTheFirstCall() {
        assertThat(spliced(delivered(thinking("Hm.", "sig_1")), thinking("Oh.", "sig_2") + second(TOOL_USE)))
                .containsExactly("content_block_start 1");
    }

    @Test
    void continuesAnOpenTextAfterDroppedThinking() {
        DeliveredAnswer shown = delivered(thinking("Hm.", "sig_1") + second(TEXT_START + text("Good ")));
        assertThat(spliced(shown, REDACTED + second(TEXT_START + text("day"))))
                .containsExactly("content_block_delta 1");
    }

    @Test
    void dropsTheThinkingOfAContinuedTextThatBeganWithoutIt() {
        DeliveredAnswer shown = delivered(TEXT_START + text("Good "));
        assertThat(spliced(
                        shown, RequestForm.USER_MESSAGE, thinking("Oh.", "sig_2") + second(TEXT_START + text("day"))))
                .containsExactly("content_block_delta 0");
    }

    @Test
    void passesTheFirstThinkingOn() {
        assertThat(spliced(delivered(""), REDACTED + second(TEXT_START)))
                .containsExactly("content_block_start 0", "content_block_stop 0", "content_block_start 1");
    }

    /** Its signature is for an answer that begins with it. */
    @Test
    void fillsThinkingOfWhichOnlyTheStartWasDelivered() {
        assertThat(spliced(
                        delivered(HIDDEN_THINKING_START), thinking("Oh.", "sig_2") + second(TEXT_START + text("day"))))
                .containsExactly(
                        "content_block_delta 0",
                        "content_block_delta 0",
                        "content_block_stop 0",
                        "content_block_start 1",
                        "content_block_delta 1");
    }

    /** All thinking of the call is signed for this answer. */
    @Test
    void passesTheSecondThinkingOnOfACallThatFillsTheFirst() {
        assertThat(spliced(delivered(HIDDEN_THINKING_START), thinking("Oh.", "sig_2") + second(HIDDEN_THINKING_START)))
                .endsWith("content_block_stop 0", "content_block_start 1");
    }

    /** Thinking without a signature cannot be returned, as after a cut by the token limit. */
    @Test
    void endsThinkingThatIsNotFilled() {
        assertThat(spliced(delivered(HIDDEN_THINKING_START), TEXT_START + text("Good day")))
                .containsExactly("content_block_stop 0", "content_block_start 1", "content_block_delta 1");
        assertThat(spliced(delivered(HIDDEN_THINKING_START), REDACTED))
                .containsExactly("content_block_stop 0", "content_block_start 1", "content_block_stop 1");
    }

    @Test
    void keepsWhatAThinkingBlockBeginsWith() {
        String begun = HIDDEN_THINKING_START.replace("\"thinking\":\"\"", "\"thinking\":\"Oh\"");
        Splicer splicer = new Splicer(delivered(HIDDEN_THINKING_START), RequestForm.ORIGINAL, 0);
        assertThat(events(begun).stream()
                        .flatMap(frame -> splicer.splice(frame, frame.json()).stream())
                        .map(event -> event.json().path("delta").toString()))
                .containsExactly("{\"type\":\"thinking_delta\",\"thinking\":\"Oh\"}");
    }

    private static List<String> spliced(DeliveredAnswer shown, String later) {
        return spliced(shown, RequestForm.ORIGINAL, later);
    }

    /** Type and block of the events that are delivered of a later call. */
    private static List<String> spliced(DeliveredAnswer shown, RequestForm form, String later) {
        Splicer splicer = new Splicer(shown, form, 0);
        return events(messageStart("msg_2", 100) + later).stream()
                .flatMap(frame -> splicer.splice(frame, frame.json()).stream())
                .map(Splicer.Event::json)
                .map(SplicerTest::described)
                .toList();
    }

    private static String described(JsonNode event) {
        return event.path("type").stringValue("") + " " + event.path("index").intValue(-1);
    }

    private static DeliveredAnswer delivered(String blocks) {
        DeliveredAnswer shown = new DeliveredAnswer(new AnswerFrames());
        events(messageStart("msg_1", 100) + blocks).forEach(frame -> shown.add(frame, frame.json()));
        return shown;
    }

    private static List<SseFrame> events(String text) {
        return new SseFramer(100_000).push(ByteBuffer.wrap(text.getBytes(UTF_8)));
    }
}
