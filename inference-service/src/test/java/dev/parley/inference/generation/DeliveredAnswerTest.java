package dev.parley.inference.generation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.answercache.CachedAnswer;
import dev.parley.messages.SseFrame;
import dev.parley.messages.SseFramer;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
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
                counted += DeliveredAnswer.heapOf(delta.bytes().length);
            }
            answers.add(answer);
        }
        long taken = heapInUse() - before;
        assertThat(taken).isPositive().isLessThan(counted);
        assertThat(answers).hasSize(ANSWERS);
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
