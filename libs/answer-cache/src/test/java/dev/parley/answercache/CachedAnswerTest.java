package dev.parley.answercache;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.contracts.Gzip;
import org.junit.jupiter.api.Test;

class CachedAnswerTest {
    private static final byte[] FRAMES = "data: {}\n\n".getBytes(UTF_8);

    @Test
    void unpacksFrames() {
        CachedAnswer answer = packed(FRAMES);
        assertThat(answer.frames()).contains(FRAMES);
        assertThat(answer.framesBytes()).isEqualTo(FRAMES.length);
    }

    @Test
    void rejectsFramesAboveTheLimit() {
        byte[] frames = ("data: " + " ".repeat(CachedAnswer.FRAMES_BYTES_MAX - 8) + "\n\n").getBytes(UTF_8);
        assertThat(packed(frames).frames()).isPresent();
        byte[] longer = ("data: " + " ".repeat(CachedAnswer.FRAMES_BYTES_MAX - 7) + "\n\n").getBytes(UTF_8);
        assertThat(packed(longer).frames()).isEmpty();
        assertThat(packed(longer).framesBytes()).isEqualTo(CachedAnswer.FRAMES_BYTES_MAX);
    }

    /** The length is counted before they are unpacked. */
    @Test
    void rejectsFramesThatAreLongerThanTheyTell() {
        byte[] packed = Gzip.pack(FRAMES);
        packed[packed.length - 4]--;
        assertThat(new CachedAnswer(FRAMES, packed).frames()).isEmpty();
        packed[packed.length - 1] = -1;
        assertThat(new CachedAnswer(FRAMES, packed).framesBytes()).isZero();
    }

    @Test
    void rejectsBytesThatAreNotGzip() {
        assertThat(new CachedAnswer(FRAMES, FRAMES).frames()).isEmpty();
        assertThat(new CachedAnswer(FRAMES, new byte[0]).frames()).isEmpty();
    }

    @Test
    void rejectsAnIncompleteEvent() {
        assertThat(packed("data: {}\n".getBytes(UTF_8)).frames()).isEmpty();
        assertThat(packed(new byte[0]).frames()).isEmpty();
    }

    private static CachedAnswer packed(byte[] frames) {
        return new CachedAnswer(new byte[0], Gzip.pack(frames));
    }
}
