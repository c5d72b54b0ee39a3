package dev.parley.answercache;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.contracts.Gzip;
import org.junit.jupiter.api.Test;

class CachedAnswerTest {
    private static final byte[] MESSAGE = "{}".getBytes(UTF_8);
    private static final byte[] FRAMES = "data: {}\n\n".getBytes(UTF_8);

    @Test
    void unpacksFrames() {
        assertThat(CachedAnswer.unpack(MESSAGE, Gzip.pack(FRAMES)))
                .hasValueSatisfying(answer -> assertThat(answer.frames()).isEqualTo(FRAMES));
    }

    @Test
    void rejectsFramesAboveTheLimit() {
        byte[] frames = ("data: " + " ".repeat(CachedAnswer.FRAMES_BYTES_MAX - 8) + "\n\n").getBytes(UTF_8);
        assertThat(CachedAnswer.unpack(MESSAGE, Gzip.pack(frames))).isPresent();
        byte[] longer = ("data: " + " ".repeat(CachedAnswer.FRAMES_BYTES_MAX - 7) + "\n\n").getBytes(UTF_8);
        assertThat(CachedAnswer.unpack(MESSAGE, Gzip.pack(longer))).isEmpty();
    }

    @Test
    void rejectsBytesThatAreNotGzip() {
        assertThat(CachedAnswer.unpack(MESSAGE, FRAMES)).isEmpty();
        assertThat(CachedAnswer.unpack(MESSAGE, new byte[0])).isEmpty();
    }

    @Test
    void rejectsAnIncompleteEvent() {
        assertThat(CachedAnswer.unpack(MESSAGE, Gzip.pack("data: {}\n".getBytes(UTF_8))))
                .isEmpty();
        assertThat(CachedAnswer.unpack(MESSAGE, Gzip.pack(new byte[0]))).isEmpty();
    }
}
