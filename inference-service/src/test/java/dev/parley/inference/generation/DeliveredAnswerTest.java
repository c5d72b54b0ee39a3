package dev.parley.inference.generation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.answercache.CachedAnswer;
import dev.parley.messages.SseFrame;
import dev.parley.messages.SseFramer;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

class DeliveredAnswerTest {
    /** It would pass as gzipped, and fail when it is unpacked. */
    @Test
    void offersNothingToTheCacheThatItWouldNotTake() {
        assertThat(answer(CachedAnswer.FRAMES_BYTES_MAX - 2_000).gzippedFrames())
                .isNotEmpty();
        assertThat(answer(CachedAnswer.FRAMES_BYTES_MAX).gzippedFrames()).isEmpty();
    }

    private static DeliveredAnswer answer(int characters) {
        DeliveredAnswer answer = new DeliveredAnswer(new AnswerFrames());
        byte[] events = new WholeAnswer("x".repeat(characters), "end_turn").events();
        for (SseFrame frame : new SseFramer(2 * CachedAnswer.FRAMES_BYTES_MAX).push(ByteBuffer.wrap(events))) {
            answer.add(frame, frame.json(JsonMapper.shared()));
        }
        return answer;
    }
}
