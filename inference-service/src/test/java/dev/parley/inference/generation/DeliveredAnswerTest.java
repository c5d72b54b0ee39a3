package dev.parley.inference.generation;

import static dev.parley.inference.generation.AnswerProgress.MORE_THAN_TEXT;
import static dev.parley.inference.generation.AnswerProgress.NOTHING;
import static dev.parley.inference.generation.AnswerProgress.TEXT;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.parley.answercache.CachedAnswer;
import dev.parley.messages.SseFrame;
import dev.parley.messages.SseFramer;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

class DeliveredAnswerTest {
    /** Enough that what else is on the heap does not count. */
    private static final int ANSWERS = 800;

    /** It would pass as gzipped, and fail when it is unpacked. */
    @Test
    void offersNothingToTheCacheThatItWouldNotTake() {
        assertThat(answer(CachedAnswer.FRAMES_BYTES_MAX - 2_000).gzippedFrames())
                .isNotEmpty();
        assertThat(answer(CachedAnswer.FRAMES_BYTES_MAX).gzippedFrames()).isEmpty();
    }

    /** Another call can start again only if the reader has neither text of its thinking nor the signature. */
    @ParameterizedTest
    @MethodSource
    void canStartAgainWithinThinkingOfWhichNothingIsShown(String blocks, AnswerProgress progress) {
        assertThat(delivered(blocks).progress()).isEqualTo(progress);
    }

    static Stream<Arguments> canStartAgainWithinThinkingOfWhichNothingIsShown() {
        String begun = AnswerEvents.HIDDEN_THINKING_START;
        String signed = AnswerEvents.thinkingEnd("sig_1");
        String whole = begun + signed;
        return Stream.of(
                arguments(begun, NOTHING),
                arguments(AnswerEvents.thinkingStart(""), NOTHING),
                arguments(whole, NOTHING),
                arguments(AnswerEvents.thinkingStart(" "), MORE_THAN_TEXT),
                arguments(begun + signed.substring(0, signed.indexOf("event: content_block_stop")), MORE_THAN_TEXT),
                arguments(whole + AnswerEvents.second(begun), MORE_THAN_TEXT),
                arguments(AnswerEvents.TEXT_START + AnswerEvents.second(begun), MORE_THAN_TEXT),
                arguments(begun.replace("\"thinking\"", "\"redacted_thinking\""), MORE_THAN_TEXT));
    }

    /** Another call continues the end of the answer. What an earlier block lacks would be missing. */
    @ParameterizedTest
    @MethodSource
    void canBeContinuedIfNoBlockButTheLastIsOpen(String blocks, AnswerProgress progress) {
        assertThat(delivered(blocks).progress()).isEqualTo(progress);
    }

    static Stream<Arguments> canBeContinuedIfNoBlockButTheLastIsOpen() {
        String open = AnswerEvents.TEXT_START + AnswerEvents.text("Good");
        String whole = open + AnswerEvents.BLOCK_STOP;
        String thinking = AnswerEvents.HIDDEN_THINKING_START;
        return Stream.of(
                arguments(open, TEXT),
                arguments(whole + AnswerEvents.second(open), TEXT),
                arguments(open + AnswerEvents.second(open) + AnswerEvents.BLOCK_STOP, TEXT),
                arguments(whole + AnswerEvents.second(whole), TEXT),
                arguments(open + AnswerEvents.second(open), MORE_THAN_TEXT),
                arguments(open + AnswerEvents.second(whole), MORE_THAN_TEXT),
                arguments(thinking + AnswerEvents.second(whole), MORE_THAN_TEXT),
                arguments(AnswerEvents.TEXT_START + AnswerEvents.second(AnswerEvents.TEXT_START), MORE_THAN_TEXT));
    }

    /** A second call would repeat what the reader has, and its own {@code message_start} is not delivered. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            {"type":"tool_use","id":"t","name":"n","input":{}} | MORE_THAN_TEXT | 1
            {"type":"text","text":"Good"}                      | TEXT           | 1
                                                               | NOTHING        | 0
            """)
    void countsTheBlocksWithWhichTheMessageBegins(@Nullable String block, AnswerProgress progress, int blocks) {
        String start = AnswerEvents.messageStart("msg_1", 100);
        DeliveredAnswer answer =
                delivered(block == null ? start : start.replace("\"content\":[]", "\"content\":[" + block + "]"), "");
        assertThat(answer.progress()).isEqualTo(progress);
        assertThat(answer.blocks()).isEqualTo(blocks);
    }

    private static DeliveredAnswer delivered(String blocks) {
        return delivered(AnswerEvents.messageStart("msg_1", 100), blocks);
    }

    private static DeliveredAnswer delivered(String start, String blocks) {
        DeliveredAnswer answer = new DeliveredAnswer(new AnswerFrames());
        String events = start + blocks;
        new SseFramer(100_000)
                .push(ByteBuffer.wrap(events.getBytes(UTF_8)))
                .forEach(event -> answer.add(event, event.json()));
        return answer;
    }

    /** Else the running answers of a replica take more of its heap than they may. */
    @ParameterizedTest
    @ValueSource(strings = {" a", " word", " and a longer token", "\u6c34\u6ef4\u77f3\u7a7f"})
    void takesNoMoreOfTheHeapThanItCountsFor(String token) {
        List<SseFrame> events = events(new WholeAnswer(token, "end_turn"));
        SseFrame delta = events.get(2);
        JsonNode json = delta.json();
        List<DeliveredAnswer> answers = new ArrayList<>();
        long counted = 0;
        long before = heapInUse();
        for (int i = 0; i < ANSWERS; i++) {
            DeliveredAnswer answer = new DeliveredAnswer(new AnswerFrames());
            events.subList(0, 2).forEach(event -> answer.add(event, event.json()));
            for (int deltas = 0; deltas < 500; deltas++) {
                answer.add(delta, json);
            }
            counted += answer.grownBytes();
            answers.add(answer);
        }
        long taken = heapInUse() - before;
        assertThat(taken).isPositive().isLessThan(counted);
        assertThat(answers).hasSize(ANSWERS);
    }

    @ParameterizedTest
    @ValueSource(strings = {"{}", "[]", "0", "\"\"", "{\"type\":\"text\",\"text\":\"\"}", "{\"a\":{\"b\":{}}}"})
    void takesNoMoreOfTheHeapForABlockThanItCountsFor(String member) {
        String block = AnswerEvents.TEXT_START.replace(
                "\"text\":\"\"", "\"content\":[" + (member + ",").repeat(9_999) + member + "]");
        List<DeliveredAnswer> answers = new ArrayList<>();
        long counted = 0;
        long before = heapInUse();
        for (int i = 0; i < 60; i++) {
            DeliveredAnswer answer = new DeliveredAnswer(new AnswerFrames());
            new SseFramer(1_000_000)
                    .push(ByteBuffer.wrap((AnswerEvents.messageStart("msg_1", 100) + block).getBytes(UTF_8)))
                    .forEach(event -> answer.add(event, event.json()));
            counted += answer.grownBytes();
            answers.add(answer);
        }
        assertThat(heapInUse() - before).isPositive().isLessThan(counted);
        assertThat(answers).hasSize(60);
    }

    private static long heapInUse() {
        System.gc();
        return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
    }

    private static List<SseFrame> events(WholeAnswer answer) {
        return new SseFramer(2 * CachedAnswer.FRAMES_BYTES_MAX).push(ByteBuffer.wrap(answer.events()));
    }

    private static DeliveredAnswer answer(int characters) {
        DeliveredAnswer answer = new DeliveredAnswer(new AnswerFrames());
        events(new WholeAnswer("x".repeat(characters), "end_turn")).forEach(event -> answer.add(event, event.json()));
        return answer;
    }
}
